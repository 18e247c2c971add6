// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "member.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

#include "stages/id_number.hpp"

namespace uploadproto::samples {
namespace {

using namespace std::chrono;

constexpr std::string_view women[] = {
    "Nomvula",   "Thandiwe", "Lerato",   "Palesa",   "Zanele", "Nokuthula", "Ayanda",   "Naledi",
    "Boitumelo", "Refilwe",  "Zodwa",    "Busisiwe", "Khanyi", "Lindiwe",   "Precious", "Annelize",
    "Elsabé",    "Chloé",    "Marlene",  "Ilse",     "Priya",  "Fatima",    "Ayesha",   "Shanthi",
    "Megan",     "Siobhan",  "Charlene", "Bronwyn",  "Lufuno", "Rirhandzu", "Dineo",    "Nthabiseng",
    "Sibongile", "Tumelo",   "Mpho",     "Renée",    "Zoë",    "Candice",   "Yolanda",  "Portia"};
constexpr std::string_view men[] = {
    "Sipho",    "Themba",  "Bongani", "Mandla",   "Lwazi",     "Sizwe",  "Tshepo",      "Kagiso",
    "Thabo",    "Katlego", "Vusi",    "Jabulani", "Siyabonga", "Andile", "Luthando",    "Pieter",
    "Johannes", "André",   "Hendrik", "Riaan",    "Rajesh",    "Yusuf",  "Imraan",      "Kevin",
    "Craig",    "Liam",    "Ashwin",  "Ricardo",  "Mashudu",   "Tiyani", "Lehlohonolo", "Neo",
    "Xolani",   "Musa",    "Sello",   "Francois", "Günther",   "Wayne",  "Dumisani",    "Ronewa"};
constexpr std::string_view surnames[] = {
    "Dlamini",   "Nkosi",   "Mokoena",  "Botha",      "van der Merwe", "Naidoo",  "Khumalo",  "Mahlangu",
    "Pillay",    "Sithole", "Ndlovu",   "Molefe",     "Zulu",          "Mkhize",  "Smith",    "Jacobs",
    "Govender",  "Mabaso",  "van Wyk",  "Nel",        "Mthembu",       "Radebe",  "Baloyi",   "Maluleke",
    "Venter",    "Adams",   "Cele",     "Ngcobo",     "Tshabalala",    "Phiri",   "Motaung",  "Mudau",
    "Nemavhola", "Chauke",  "O'Reilly", "du Preez",   "Hendricks",     "Davids",  "Khan",     "Moodley",
    "Zwane",     "Masondo", "Langa",    "Smit-Jones", "Müller",        "le Roux", "Petersen", "Williams",
    "Mofokeng",  "Sebola"};
constexpr std::string_view languages[] = {"isiZulu", "isiXhosa",  "Afrikaans", "Sepedi",
                                          "English", "Setswana",  "Sesotho",   "Xitsonga",
                                          "siSwati", "Tshivenda", "isiNdebele"};
constexpr std::string_view streets[] = {"Church Street",    "Vilakazi Street", "Long Street",
                                        "Jan Smuts Avenue", "Florida Road",    "Main Road",
                                        "Protea Crescent",  "Jacaranda Lane",  "Baobab Close",
                                        "Station Road",     "Kerkstraat",      "Nelson Mandela Drive"};

struct place {
  std::string_view municipality, province;
  unsigned code;  // first three digits of its wards
  unsigned wards;
};
constexpr place places[] = {
    {"City of Johannesburg", "Gauteng", 798, 135},
    {"City of Tshwane", "Gauteng", 799, 107},
    {"Ekurhuleni", "Gauteng", 797, 112},
    {"City of Cape Town", "Western Cape", 191, 116},
    {"eThekwini", "KwaZulu-Natal", 595, 111},
    {"Mangaung", "Free State", 494, 51},
    {"Nelson Mandela Bay", "Eastern Cape", 299, 60},
    {"Buffalo City", "Eastern Cape", 292, 50},
    {"Polokwane", "Limpopo", 934, 45},
    {"City of Mbombela", "Mpumalanga", 836, 45},
    {"Rustenburg", "North West", 633, 45},
    {"Sol Plaatje", "Northern Cape", 391, 33},
};

constexpr std::string_view cell_prefixes[] = {"060", "063", "071", "072", "073", "076",
                                              "078", "079", "081", "082", "083", "084"};

std::string padded(std::uint64_t value, int width) {
  std::array<char, 24> text{};
  int const n =
      std::snprintf(text.data(), text.size(), "%0*llu", width, static_cast<unsigned long long>(value));
  return {text.data(), static_cast<std::size_t>(n)};
}

// For e-mail addresses: letters only, accents dropped with their letters.
std::string ascii_lower(std::string_view name) {
  std::string out;
  for (char c : name) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    if (c >= 'a' && c <= 'z') out += c;
  }
  return out;
}

year_month_day day_between(random& dice, sys_days first, sys_days last) {
  auto const span = static_cast<std::uint64_t>((last - first).count());
  return year_month_day(first + days(static_cast<int>(dice.below(span + 1))));
}

}  // namespace

std::string iso_date(year_month_day day) {
  return padded(static_cast<unsigned>(static_cast<int>(day.year())), 4) + "-" +
         padded(static_cast<unsigned>(day.month()), 2) + "-" + padded(static_cast<unsigned>(day.day()), 2);
}

member make_member(random& dice, std::size_t number) {
  member m;
  m.male = dice.chance(49);
  m.birth = day_between(dice, sys_days{1935y / January / 1}, sys_days{2006y / December / 31});
  unsigned const serial = static_cast<unsigned>(dice.below(5000)) + (m.male ? 5000 : 0);
  auto const status =
      dice.chance(2) ? reference::citizenship::permanent_resident : reference::citizenship::citizen;
  auto const id = reference::make_id_number(m.birth, serial, status);
  m.id_number.assign(id.data(), id.size());

  m.first_name = m.male ? dice.pick(men) : dice.pick(women);
  m.surname = dice.pick(surnames);
  m.language = dice.pick(languages);
  place const& home = dice.pick(places);
  m.province = home.province;
  m.municipality = home.municipality;
  m.ward = std::to_string(home.code) + padded(1 + dice.below(home.wards), 5);
  m.voting_district = std::to_string(home.code).substr(0, 2) + padded(100'000 + dice.below(900'000), 6);
  // One draw a statement: the order within an expression is the compiler's choice.
  auto const house = 1 + dice.below(240);
  std::string_view const street = dice.pick(streets);
  m.address.append(std::to_string(house)).append(" ").append(street).append(", ").append(home.municipality);
  m.email =
      ascii_lower(m.first_name) + "." + ascii_lower(m.surname) + std::to_string(number) + "@example.org";
  std::string_view const prefix = dice.pick(cell_prefixes);
  auto const exchange = dice.below(1000);
  auto const line = dice.below(10'000);
  m.cell_number.assign(prefix).append(" ").append(padded(exchange, 3)).append(" ").append(padded(line, 4));
  // 1 March for those born on 29 February.
  sys_days const of_age = sys_days{m.birth + years(18)};
  m.membership_number = padded(number, 7).insert(0, 1, 'M');
  m.joined =
      day_between(dice, std::max(sys_days{2009y / January / 1}, of_age), sys_days{2024y / December / 31});
  return m;
}

}  // namespace uploadproto::samples
