// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "ingest/workbook_parts.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

#include "ingest/excerpt.hpp"
#include "ingest/xml_parser.hpp"

namespace uploadproto::reference {
namespace {

[[noreturn]] void not_a_workbook(std::string const& instead) {
  throw input_error(input_problem::not_a_workbook,
                    "The file is " + instead + ", not an Excel workbook (.xlsx).");
}

struct relation {
  std::string id;
  std::string type;  // last segment of the type's address: the same in both editions of the standard
  std::string target;
};

// `../a/b.xml` seen from the folder `xl` is `a/b.xml`.
std::string resolve(std::string_view folder, std::string_view target) {
  std::vector<std::string_view> segments;
  auto const walk = [&](std::string_view path) {
    while (!path.empty()) {
      auto const slash = std::min(path.find('/'), path.size());
      std::string_view const segment = path.substr(0, slash);
      path.remove_prefix(std::min(slash + 1, path.size()));
      if (segment == "..") {
        if (!segments.empty()) segments.pop_back();
      } else if (!segment.empty() && segment != ".") {
        segments.push_back(segment);
      }
    }
  };
  if (!target.starts_with('/')) walk(folder);
  walk(target);
  std::string path;
  for (std::string_view segment : segments) path.append(path.empty() ? "" : "/").append(segment);
  return path;
}

std::string folder_of(std::string_view part) {
  return std::string(part.substr(0, part.rfind('/') + 1));
}

std::string relations_of(std::string_view part) {
  std::string const folder = folder_of(part);
  return folder + "_rels/" + std::string(part.substr(folder.size())) + ".rels";
}

class relations_handler final : public xml_handler {
 public:
  relations_handler(std::string folder, std::size_t max) : folder_(std::move(folder)), max_(max) {}

  void start(std::string_view name, xml_attributes attributes) override {
    if (name != "Relationship") return;
    char const* const id = attributes.find("Id");
    char const* const type = attributes.find("Type");
    char const* const target = attributes.find("Target");
    char const* const mode = attributes.find("TargetMode");
    if (!id || !type || !target || (mode && std::string_view(mode) == "External")) return;
    if (relations.size() == max_)
      throw input_error(input_problem::too_large,
                        "The workbook has more than " + std::to_string(max_) + " relations.");
    std::string_view const address = type;
    relations.push_back({id, std::string(address.substr(address.rfind('/') + 1)), resolve(folder_, target)});
  }
  void end(std::string_view) override {}
  void text(std::string_view) override {}

  std::vector<relation> relations;

 private:
  std::string folder_;
  std::size_t max_;
};

std::vector<relation> read_relations(zip_archive& archive, std::string_view part,
                                     workbook_limits const& limits, stop_requested const& stop) {
  auto const* const found = archive.find(relations_of(part));
  if (!found) return {};
  relations_handler handler(folder_of(part), limits.max_entries);
  xml_parser(archive, *found, handler, limits, stop).run();
  return std::move(handler.relations);
}

relation const* find_type(std::vector<relation> const& relations, std::string_view type) {
  auto const at =
      std::find_if(relations.begin(), relations.end(), [&](relation const& r) { return r.type == type; });
  return at == relations.end() ? nullptr : &*at;
}

constexpr std::size_t longest_name = 31 * 4;  // Excel allows 31 characters

struct tab {
  std::string name;
  std::string relation_id;
};

class workbook_handler final : public xml_handler {
 public:
  explicit workbook_handler(std::size_t max) : max_(max) {}

  void start(std::string_view name, xml_attributes attributes) override {
    if (depth_++ == 0 && name != "workbook") not_a_workbook("an Office document of another kind");
    if (name == "workbookPr") {
      char const* const epoch = attributes.find("date1904");
      epoch_1904 = epoch && (std::string_view(epoch) == "1" || std::string_view(epoch) == "true");
    } else if (name == "sheet") {
      char const* const title = attributes.find("name");
      char const* const id = attributes.find_prefixed("id");
      if (!id) return;
      if (tabs.size() == max_)
        throw input_error(input_problem::too_large,
                          "The workbook has more than " + std::to_string(max_) + " sheets.");
      tabs.push_back({excerpt(title ? title : "", longest_name), id});
    }
  }
  void end(std::string_view) override { --depth_; }
  void text(std::string_view) override {}

  std::vector<tab> tabs;
  bool epoch_1904 = false;

 private:
  std::size_t max_;
  std::size_t depth_ = 0;
};

// The path of the main part, and what kind of Office document the archive is when it is not a workbook.
std::string main_part(zip_archive& archive, workbook_limits const& limits, stop_requested const& stop) {
  if (!archive.find("[Content_Types].xml")) {
    if (archive.find("content.xml") && archive.find("mimetype"))
      not_a_workbook("an OpenDocument file (.ods)");
    not_a_workbook("a zip archive");
  }
  auto const root = read_relations(archive, "", limits, stop);
  relation const* const document = find_type(root, "officeDocument");
  std::string const path = document ? document->target : "xl/workbook.xml";
  if (path.ends_with(".bin"))
    throw input_error(input_problem::old_format,
                      "This is a binary Excel workbook (.xlsb); save it as .xlsx and upload it again.");
  if (!archive.find(path)) not_a_workbook("an archive of Office parts without a workbook in it");
  return path;
}

class styles_handler final : public xml_handler {
 public:
  explicit styles_handler(std::size_t max) : max_(max) {}

  void start(std::string_view name, xml_attributes attributes) override {
    if (name == "numFmts" || name == "cellXfs") {
      inside_ = name == "cellXfs" ? list::formats : list::codes;
    } else if (name == "numFmt" && inside_ == list::codes) {
      char const* const text = attributes.find("formatCode");
      if (codes_.size() == max_) too_many();
      codes_.push_back({number(attributes.find("numFmtId")), shown_by_format_code(text ? text : "")});
    } else if (name == "xf" && inside_ == list::formats) {
      if (formats_.size() == max_) too_many();
      formats_.push_back(number(attributes.find("numFmtId")));
    }
  }
  void end(std::string_view name) override {
    if (name == "numFmts" || name == "cellXfs") inside_ = list::other;
  }
  void text(std::string_view) override {}

  std::vector<shown_as> take() {
    auto const by_id = [](format_code const& a, format_code const& b) { return a.id < b.id; };
    std::stable_sort(codes_.begin(), codes_.end(), by_id);
    std::vector<shown_as> shown;
    shown.reserve(formats_.size());
    for (unsigned id : formats_) {
      auto const at = std::lower_bound(codes_.begin(), codes_.end(), format_code{id, {}}, by_id);
      shown.push_back(at != codes_.end() && at->id == id ? at->shown : shown_by_builtin_format(id));
    }
    return shown;
  }

 private:
  enum class list { other, codes, formats };
  struct format_code {
    unsigned id;
    shown_as shown;
  };

  // 0 (General) for what is no number of a format.
  static unsigned number(char const* text) {
    unsigned value = 0;
    for (; text && *text >= '0' && *text <= '9' && value < 100'000; ++text)
      value = value * 10 + static_cast<unsigned>(*text - '0');
    return value;
  }

  [[noreturn]] void too_many() const {
    throw input_error(input_problem::too_large,
                      "The workbook has more than " + std::to_string(max_) + " cell formats; remove some.");
  }

  std::size_t max_;
  list inside_ = list::other;
  std::vector<format_code> codes_;
  std::vector<unsigned> formats_;
};

}  // namespace

workbook_parts locate_parts(zip_archive& archive, workbook_limits const& limits, stop_requested const& stop) {
  std::string const path = main_part(archive, limits, stop);
  workbook_handler workbook(limits.max_entries);
  xml_parser(archive, *archive.find(path), workbook, limits, stop).run();
  auto const relations = read_relations(archive, path, limits, stop);

  workbook_parts parts;
  parts.epoch_1904 = workbook.epoch_1904;
  for (tab const& t : workbook.tabs) {
    auto const at = std::find_if(relations.begin(), relations.end(),
                                 [&](relation const& r) { return r.id == t.relation_id; });
    if (at == relations.end())
      throw input_error(input_problem::damaged,
                        "The workbook is damaged: its sheet \"" + t.name + "\" leads nowhere.");
    if (at->type != "worksheet") continue;  // a chart sheet, a dialog, a macro sheet
    parts.sheet_name = t.name;
    parts.sheet = archive.find(at->target);
    if (!parts.sheet)
      throw input_error(
          input_problem::damaged,
          "The workbook is damaged: the part " + excerpt(at->target, 80) + " of its first sheet is missing.");
    break;
  }
  if (!parts.sheet) throw input_error(input_problem::no_worksheet, "The workbook has no worksheet.");

  auto const optional_part = [&](std::string_view type) {
    relation const* const r = find_type(relations, type);
    return r ? archive.find(r->target) : nullptr;
  };
  parts.strings = optional_part("sharedStrings");
  parts.styles = optional_part("styles");
  return parts;
}

std::vector<shown_as> read_styles(zip_archive& archive, zip_archive::part const& part,
                                  workbook_limits const& limits, stop_requested const& stop) {
  styles_handler handler(limits.max_styles);
  xml_parser(archive, part, handler, limits, stop).run();
  return handler.take();
}

}  // namespace uploadproto::reference
