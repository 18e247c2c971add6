// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "ingest/file_signature.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include "ingest/input_error.hpp"

namespace uploadproto::reference {
namespace {

using namespace std::string_view_literals;

constexpr std::string_view compound_file = "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"sv;

struct signature {
  std::string_view begins;
  std::string_view is;
};

constexpr signature others[] = {
    {"%PDF-"sv, "a PDF document"},      {"\x89PNG"sv, "a PNG image"},
    {"\xFF\xD8\xFF"sv, "a JPEG image"}, {"GIF8"sv, "a GIF image"},
    {"\x1F\x8B"sv, "a gzip archive"},   {"7z\xBC\xAF\x27\x1C"sv, "a 7-Zip archive"},
    {"Rar!"sv, "a RAR archive"},        {"{\\rtf"sv, "a text document (RTF)"},
    {"<?xml"sv, "an XML document"},     {"\xEF\xBB\xBF<?xml"sv, "an XML document"},
    {"<html"sv, "a web page"},          {"<!DOCTYPE"sv, "a web page"},
    {"<!doctype"sv, "a web page"},      {"<table"sv, "a web page"},
};

// A compound file lists its streams in records of 128 bytes, each at a multiple of 128, that begin with the
// UTF-16 name.
struct stream_name {
  std::string_view utf16;
  input_problem problem;
  std::string_view sentence;
};

constexpr stream_name streams[] = {
    {"E\0n\0c\0r\0y\0p\0t\0e\0d\0P\0a\0c\0k\0a\0g\0e\0\0\0"sv, input_problem::encrypted,
     "The workbook is protected by a password; save it without one and upload it again."},
    {"W\0o\0r\0k\0b\0o\0o\0k\0\0\0"sv, input_problem::old_format,
     "This is an old Excel workbook (.xls); save it as .xlsx and upload it again."},
    {"B\0o\0o\0k\0\0\0"sv, input_problem::old_format,
     "This is a very old Excel workbook (.xls); save it as .xlsx and upload it again."},
    {"W\0o\0r\0d\0D\0o\0c\0u\0m\0e\0n\0t\0\0\0"sv, input_problem::not_a_workbook,
     "This is a Word document, not an Excel workbook (.xlsx)."},
};

[[noreturn]] void name_compound_file(std::ifstream& in) {
  constexpr std::size_t record = 128;
  constexpr std::size_t block = 512 * record;
  stream_name const* best = nullptr;
  std::vector<char> bytes(block);
  in.clear();
  in.seekg(0);
  while (in.read(bytes.data(), block), in.gcount() > 0) {
    std::string_view const got(bytes.data(), static_cast<std::size_t>(in.gcount()));
    for (std::size_t at = 0; at < got.size(); at += record)
      for (stream_name const& s : streams)
        if (got.substr(at).starts_with(s.utf16) && (!best || &s < best)) best = &s;
  }
  if (best) throw input_error(best->problem, std::string(best->sentence));
  throw input_error(
      input_problem::not_a_workbook,
      "This is an old Office file, not an Excel workbook (.xlsx); save it as .xlsx and upload it again.");
}

bool is_text(std::string_view head) {
  return std::none_of(head.begin(), head.end(), [](char c) {
    auto const byte = static_cast<unsigned char>(c);
    return byte < 0x20 && c != '\t' && c != '\n' && c != '\r';
  });
}

// A file with its first bytes.
struct beginning {
  explicit beginning(std::filesystem::path const& file) : in(file, std::ios::binary) {
    if (!in)
      throw input_error(input_problem::unreadable, "The uploaded file cannot be opened on the server.");
    in.read(bytes.data(), bytes.size());
    head = {bytes.data(), static_cast<std::size_t>(in.gcount())};
    if (head.empty()) throw input_error(input_problem::empty_file, "The file is empty (0 bytes).");
  }

  std::ifstream in;
  std::array<char, 512> bytes{};
  std::string_view head;
};

}  // namespace

void require_text(std::filesystem::path const& file) {
  beginning const found(file);
  auto const fail = [](std::string_view what) {
    throw input_error(input_problem::not_text,
                      "The file is " + std::string(what) + ", not a CSV file; save it as CSV (UTF-8).");
  };
  if (found.head.starts_with("PK\x03\x04"sv) || found.head.starts_with("PK\x05\x06"sv))
    fail("a zip archive or an Excel workbook (.xlsx)");
  if (found.head.starts_with(compound_file)) fail("an old Office file");
  for (signature const& s : others)
    if (found.head.starts_with(s.begins)) fail(s.is);
}

void require_zip(std::filesystem::path const& file) {
  beginning found(file);
  auto& in = found.in;
  auto const head = found.head;
  if (head.starts_with("PK\x03\x04"sv)) return;
  if (head.starts_with("PK\x05\x06"sv))
    throw input_error(input_problem::not_a_workbook,
                      "The file is an empty zip archive, not an Excel workbook (.xlsx).");
  if (head.starts_with(compound_file)) name_compound_file(in);
  for (signature const& s : others)
    if (head.starts_with(s.begins))
      throw input_error(input_problem::not_a_zip,
                        "The file is " + std::string(s.is) + ", not an Excel workbook (.xlsx).");
  throw input_error(
      input_problem::not_a_zip,
      is_text(head)
          ? "The file is plain text, not an Excel workbook (.xlsx); open it in Excel and save it as one."
          : "The file is not an Excel workbook (.xlsx).");
}

}  // namespace uploadproto::reference
