// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "recording/judge_recording.hpp"

#include <algorithm>
#include <boost/json/parse.hpp>
#include <optional>
#include <uploadproto/wire/engineio.hpp>
#include <uploadproto/wire/socketio.hpp>

#include "judge/event_judge.hpp"

namespace uploadproto::conformance {
namespace {

namespace sio = wire::socketio;
using contract::event_kind;
using contract::framing;

constexpr sio::decoder::limits generous{
    .max_attachments = 100, .max_pending_bytes = 64 << 20, .max_depth = 200};
constexpr std::size_t most_notes = 10;

protocol_face const& named(std::string const& name) {
  if (protocol_face const* face = find_protocol(name)) return *face;
  throw bad_recording("there is no protocol " + name);
}

/** The protocol whose declaration has this event in this namespace. */
protocol_face const* face_with(std::string_view nsp, std::string_view event) {
  for (protocol_face const& face : known_protocols())
    if (face.info->framing == framing::socketio && face.info->nsp == nsp && face.server_event(event))
      return &face;
  return nullptr;
}

/** That of the framing without names. */
protocol_face const& nameless_face() {
  auto const found = std::ranges::find_if(
      known_protocols(), [](protocol_face const& f) { return f.info->framing == framing::json; });
  return *found;
}

std::chrono::steady_clock::time_point moment(recorded_message const& m) {
  using steady = std::chrono::steady_clock;
  return steady::time_point(std::chrono::duration_cast<steady::duration>(m.time));
}

/** What one connection heard of one job. */
struct heard_job {
  std::vector<observed_event> events;
  bool asked_again = false;  ///< the client has subscribed since the latest event: a snapshot may come
};

/** Follows one connection. */
class connection {
 public:
  connection(recording_findings& out, protocol_face const* fixed) : out_(out), fixed_(fixed) {}

  void take(recorded_message const& m) {
    if (!fixed_ && !m.protocol.empty()) fixed_ = &named(m.protocol);
    if (!framing_) framing_ = framing_of(m);
    if (!framing_) return note(m, "neither a packet of Engine.IO nor a JSON object");
    *framing_ == framing::json ? take_json(m) : take_packet(m);
  }

  void finish() {
    for (auto const& [key, job] : jobs_) judge(*key.first, key.second, job);
    if (first_face_) judge_rate(*first_face_);
  }

 private:
  std::optional<framing> framing_of(recorded_message const& m) const {
    if (fixed_) return fixed_->info->framing;
    if (m.url.find("EIO=") != m.url.npos) return framing::socketio;
    if (m.text.starts_with('{') || nameless_face().info->keepalive.ask == m.text) return framing::json;
    if (!m.text.empty() && m.text.front() >= '0' && m.text.front() <= '6') return framing::socketio;
    return std::nullopt;
  }

  void take_json(recorded_message const& m) {
    if (!m.from_server) return;
    protocol_face const& face = fixed_ ? *fixed_ : nameless_face();
    if (m.text == face.info->keepalive.answer) return;
    judgement& found = out_.protocols[std::string(face.name())];
    boost::system::error_code bad;
    boost::json::value payload = boost::json::parse(m.text, bad);
    found.judge("UP-T1", !m.binary && !bad && payload.is_object(),
                {"", "a JSON object in a text frame", m.text.substr(0, 200)});
    if (auto const most = face.info->limits.max_outbound_bytes)
      found.judge("UP-N3", m.text.size() <= *most,
                  {"", "at most " + std::to_string(*most) + " bytes",
                   std::to_string(m.text.size()) + " bytes: " + m.text.substr(0, 200)});
    if (bad || !payload.is_object() || payload.get_object().contains(face.info->keepalive.member)) return;
    hear(face, {moment(m), "", std::move(payload)});
  }

  void take_packet(recorded_message const& m) {
    sio::decoder& decoder = m.from_server ? from_server_ : from_client_;
    if (m.binary) return take_decoded(m, decoder.binary(m.text));
    std::string scratch;
    auto const packet = wire::engineio::decode_text(m.text, scratch);
    if (!packet) return note(m, packet.error().message());
    if (packet->type != wire::engineio::packet_type::message) return;
    take_decoded(m, packet->binary ? decoder.binary(packet->data) : decoder.text(packet->data));
  }

  template <class Decoded>
  void take_decoded(recorded_message const& m, Decoded decoded) {
    if (!decoded) return note(m, decoded.error().message());
    if (!*decoded) return;
    sio::packet const& packet = **decoded;
    if (packet.type != sio::packet_type::event && packet.type != sio::packet_type::binary_event) return;
    boost::json::array const& all = packet.data.as_array();
    if (all.empty() || !all.front().is_string()) return;
    std::string name(all.front().as_string());
    boost::json::value payload = all.size() > 1 ? all[1] : boost::json::value();
    if (!m.from_server) return asked(packet.nsp, name, payload);
    protocol_face const* face = fixed_ ? fixed_ : face_with(packet.nsp, name);
    if (!face || packet.nsp != face->info->nsp || !face->server_event(name))
      return note(m, "no event of the contract");
    hear(*face, {moment(m), std::move(name), std::move(payload)});
  }

  /** A client that subscribes once more may be told the latest event once more (CO-10). */
  void asked(std::string_view nsp, std::string_view name, boost::json::value const& payload) {
    for (protocol_face const& face : known_protocols()) {
      event_face const* event = face.client_event(contract::client_action::subscribe);
      if (face.info->nsp != nsp || !event || event->name != name) continue;
      std::string const job(event->text(payload, contract::role::job_id));
      if (auto const known = jobs_.find({&face, job}); known != jobs_.end()) known->second.asked_again = true;
    }
  }

  void hear(protocol_face const& face, observed_event e) {
    ++out_.events;
    first_face_ = &face;
    event_kind const kind = kind_of(face, e);
    if (kind == event_kind::notice) return judge_event(out_.protocols[std::string(face.name())], face, e);
    if (kind == event_kind::progress) progress_.push_back(e.when);
    std::string const id(job_of(face, e));
    if (id.empty()) return judge_event(out_.protocols[std::string(face.name())], face, e);
    heard_job& job = jobs_[{&face, id}];
    bool const repeated = std::ranges::any_of(job.events, [&](observed_event const& before) {
      return before.name == e.name && before.payload == e.payload;
    });
    bool const snapshot = job.asked_again && repeated;
    job.asked_again = false;
    if (!snapshot) job.events.push_back(std::move(e));
  }

  void judge(protocol_face const& face, std::string const& id, heard_job const& job) {
    hearing how;
    how.from_the_start = begins(face, job.events.front());
    how.to_the_end = std::ranges::any_of(
        job.events, [&](observed_event const& e) { return contract::is_terminal(kind_of(face, e)); });
    how.fresh_attempts = face.info->life_cycle.repeatable;
    out_.jobs.insert(std::string(face.name()) + ' ' + id);
    out_.jobs_begun_before += !how.from_the_start;
    out_.jobs_without_end += !how.to_the_end;
    judge_job(out_.protocols[std::string(face.name())], face, job.events, how);
  }

  /** Whether a job's first event here is the first of its life: its first stage, at that stage's least. */
  static bool begins(protocol_face const& face, observed_event const& first) {
    auto const& stages = face.info->stages;
    event_face const& event = *face.server_event(first.name);
    if (kind_of(face, first) != event_kind::progress || stages.empty()) return false;
    std::string_view stage = event.stage(first.payload);
    if (stage.empty()) stage = event.text(first.payload, contract::role::status);
    auto const value = event.number(first.payload, contract::role::progress);
    return stages.index_of(stage) == 0 && (!value || *value == stages[0].low);
  }

  /** UP-N2, with the jitter of a network. */
  void judge_rate(protocol_face const& face) {
    auto const most = face.info->limits.max_progress_per_second;
    if (!most) return;
    using std::chrono::milliseconds;
    for (std::size_t i = 0; i + *most < progress_.size(); ++i) {
      auto const span = std::chrono::duration_cast<milliseconds>(progress_[i + *most] - progress_[i]);
      out_.protocols[std::string(face.name())].judge(
          "UP-N2", span >= milliseconds(800),
          {"", "no more than " + std::to_string(*most) + " progress messages in any second, allowing 200 ms",
           std::to_string(*most + 1) + " in " + std::to_string(span.count()) + " ms"});
    }
  }

  void note(recorded_message const& m, std::string_view why) {
    if (out_.not_judged.size() < most_notes)
      out_.not_judged.push_back(m.text.substr(0, 120) + ": " + std::string(why));
  }

  recording_findings& out_;
  protocol_face const* fixed_;
  protocol_face const* first_face_ = nullptr;
  std::optional<framing> framing_;
  sio::decoder from_server_{generous}, from_client_{generous};  // attachments of both may be under way
  std::map<std::pair<protocol_face const*, std::string>, heard_job> jobs_;
  std::vector<std::chrono::steady_clock::time_point> progress_;
};

}  // namespace

recording_findings judge_recording(recording const& all, std::string_view protocol) {
  recording_findings out;
  protocol_face const* const fixed = protocol.empty() ? nullptr : &named(std::string(protocol));
  std::map<std::string, connection> connections;
  for (recorded_message const& m : all)
    connections.try_emplace(m.connection, out, fixed).first->second.take(m);
  for (auto& [id, one] : connections) one.finish();
  return out;
}

}  // namespace uploadproto::conformance
