// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_TESTS_SERVER_INGEST_ARCHIVE_HPP
#define UPLOADPROTO_TESTS_SERVER_INGEST_ARCHIVE_HPP

#include <zlib.h>

#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace uploadproto::reference::test {

/** One part of an archive that a test writes; what is set lies about the data. */
struct zip_part {
  std::string name;
  std::string data = {};
  bool deflate = true;
  std::uint16_t flags = 0;
  std::optional<std::uint16_t> method = {};
  std::optional<std::uint32_t> crc = {}, packed = {}, unpacked = {};  ///< in both headers
  std::optional<std::uint32_t> listed_unpacked = {};                  ///< in the list of parts alone
  std::optional<std::size_t> same_bytes_as = {};  ///< index of an earlier part whose place this one claims
};

inline std::string deflated(std::string const& data) {
  z_stream z{};
  if (deflateInit2(&z, 6, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY) != Z_OK) throw std::runtime_error("zlib");
  std::string out(deflateBound(&z, data.size()), '\0');
  z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(data.data()));
  z.avail_in = static_cast<uInt>(data.size());
  z.next_out = reinterpret_cast<Bytef*>(out.data());
  z.avail_out = static_cast<uInt>(out.size());
  deflate(&z, Z_FINISH);
  out.resize(z.total_out);
  deflateEnd(&z);
  return out;
}

inline void put16(std::string& out, std::uint32_t v) {
  out += static_cast<char>(v);
  out += static_cast<char>(v >> 8);
}
inline void put32(std::string& out, std::uint32_t v) {
  put16(out, v & 0xFFFF);
  put16(out, v >> 16);
}

/** An archive of these parts, lies included. */
inline std::string make_zip(std::vector<zip_part> const& parts,
                            std::optional<std::uint16_t> listed_count = {}) {
  struct place {
    std::uint32_t header;
    std::uint32_t packed;
  };
  std::string zip, directory;
  std::vector<place> places;
  for (zip_part const& p : parts) {
    std::string const packed = p.deflate ? deflated(p.data) : p.data;
    auto const crc =
        static_cast<std::uint32_t>(crc32(crc32(0, nullptr, 0), reinterpret_cast<Bytef const*>(p.data.data()),
                                         static_cast<uInt>(p.data.size())));
    place here{static_cast<std::uint32_t>(zip.size()), static_cast<std::uint32_t>(packed.size())};
    if (p.same_bytes_as) here = places[*p.same_bytes_as];
    places.push_back(here);

    auto const fields = [&](std::string& out, std::uint32_t unpacked) {
      put16(out, 20);
      put16(out, p.flags);
      put16(out, p.method.value_or(p.deflate ? 8 : 0));
      put32(out, 0);
      put32(out, p.crc.value_or(crc));
      put32(out, p.packed.value_or(here.packed));
      put32(out, unpacked);
      put16(out, static_cast<std::uint32_t>(p.name.size()));
      put16(out, 0);
    };
    auto const unpacked = p.unpacked.value_or(static_cast<std::uint32_t>(p.data.size()));
    if (!p.same_bytes_as) {
      zip += "PK\x03\x04";
      fields(zip, unpacked);
      zip += p.name + packed;
    }
    directory += "PK\x01\x02";
    put16(directory, 20);
    fields(directory, p.listed_unpacked.value_or(unpacked));
    put16(directory, 0);
    put32(directory, 0);
    put32(directory, 0);
    put32(directory, here.header);
    directory += p.name;
  }
  auto const begin = static_cast<std::uint32_t>(zip.size());
  zip += directory;
  zip += std::string("PK\x05\x06\0\0\0\0", 8);
  put16(zip, listed_count.value_or(static_cast<std::uint16_t>(parts.size())));
  put16(zip, listed_count.value_or(static_cast<std::uint16_t>(parts.size())));
  put32(zip, static_cast<std::uint32_t>(directory.size()));
  put32(zip, begin);
  put16(zip, 0);
  return zip;
}

/** The XML of a small workbook; tests change what they are about. */
struct workbook_xml {
  std::string content_types = "<Types/>";
  std::string root_relations =
      R"(<Relationships><Relationship Id="a" Type="http://x/officeDocument" Target="xl/workbook.xml"/></Relationships>)";
  std::string workbook =
      R"(<workbook xmlns:r="r"><workbookPr/><sheets><sheet name="Members" sheetId="1" r:id="s1"/></sheets></workbook>)";
  std::string relations =
      R"(<Relationships><Relationship Id="s1" Type="http://x/worksheet" Target="worksheets/sheet1.xml"/>)"
      R"(<Relationship Id="t" Type="http://x/sharedStrings" Target="sharedStrings.xml"/>)"
      R"(<Relationship Id="u" Type="http://x/styles" Target="/xl/styles.xml"/></Relationships>)";
  std::string styles = "<styleSheet/>";
  std::string strings = "<sst/>";
  std::string sheet;

  /** A sheet with these rows. */
  static workbook_xml with_rows(std::string const& rows) {
    workbook_xml w;
    w.sheet = "<worksheet><sheetData>" + rows + "</sheetData></worksheet>";
    return w;
  }

  std::vector<zip_part> parts() const {
    std::vector<zip_part> all;
    auto const add = [&](std::string name, std::string const& data) {
      if (data.empty()) return;
      zip_part p;
      p.name = std::move(name);
      p.data = data;
      all.push_back(std::move(p));
    };
    add("[Content_Types].xml", content_types);
    add("_rels/.rels", root_relations);
    add("xl/workbook.xml", workbook);
    add("xl/_rels/workbook.xml.rels", relations);
    add("xl/styles.xml", styles);
    add("xl/sharedStrings.xml", strings);
    add("xl/worksheets/sheet1.xml", sheet);
    return all;
  }

  std::string zip() const { return make_zip(parts()); }
};

}  // namespace uploadproto::reference::test

#endif
