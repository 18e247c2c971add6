// With second.cpp: the whole SDK in two units of one program, so that a function which is not inline is
// defined twice.
#include "everything.hpp"

int second();

int main() {
  return second();
}
