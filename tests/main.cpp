// The one place that compiles Boost.Test's main.
#define BOOST_TEST_MODULE uploadproto
#include <boost/test/unit_test.hpp>
