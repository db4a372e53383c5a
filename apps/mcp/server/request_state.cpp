// SPDX-License-Identifier: MIT
// "<base64 of the memory as JSON>.<HMAC-SHA256 of that>".
#include "mcp/server/request_state.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include <boost/json.hpp>

#include "loop/base/base64.h"
#include "loop/base/sha256.h"

namespace mcp {

namespace json = boost::json;

namespace {

constexpr std::size_t kKeyBytes = 32;

// The same text for values that differ in the order of members only.
json::value sorted(const json::value& value) {
  if (const json::array* array = value.if_array()) {
    json::array all;
    for (const json::value& one : *array) all.push_back(sorted(one));
    return all;
  }
  const json::object* object = value.if_object();
  if (object == nullptr) return value;
  std::vector<json::string_view> keys;
  for (const auto& member : *object) keys.push_back(member.key());
  std::ranges::sort(keys);
  json::object all;
  for (const json::string_view key : keys) all[key] = sorted(object->at(key));
  return all;
}

std::string digest_of(std::string_view method, json::object params) {
  for (const char* key : {"_meta", "inputResponses", "requestState"}) params.erase(key);
  return loop::sha256_hex(std::string(method) + "\n" + json::serialize(sorted(params)));
}

}  // namespace

RequestStates::RequestStates(loop::RandomSource& random, const loop::Clock& clock) : clock_(clock) {
  std::array<std::byte, kKeyBytes> bytes{};
  random.fill(bytes);
  for (const std::byte byte : bytes) key_ += static_cast<char>(byte);
}

std::string RequestStates::seal(std::string_view method, const json::object& params,
                                const CallMemory& memory) const {
  json::object answers;
  for (const auto& [key, answer] : memory.answers) answers[key] = answer;
  json::object asked;
  for (const auto& [key, question] : memory.asked) {
    asked[key] = json::object{{"method", question.method}, {"params", question.params}};
  }
  const loop::Instant until = clock_.now() + kRequestStateValid;
  const json::object content{{"call", digest_of(method, params)},
                             {"until", until.time_since_epoch().count()},
                             {"answers", std::move(answers)},
                             {"asked", std::move(asked)},
                             {"state", memory.state}};
  const std::string text = loop::to_base64(json::serialize(content));
  return text + "." + loop::hmac_sha256_hex(key_, text);
}

std::optional<CallMemory> RequestStates::open(std::string_view method, const json::object& params,
                                              std::string_view sealed) const {
  const std::size_t dot = sealed.find('.');
  if (dot == std::string_view::npos) return std::nullopt;
  const std::string_view text = sealed.substr(0, dot);
  const std::string right = loop::hmac_sha256_hex(key_, text);
  if (!loop::is_equal_in_constant_time(sealed.substr(dot + 1), right)) return std::nullopt;
  const json::value content = json::parse(loop::from_base64(text).value());
  if (content.at("call").as_string() != digest_of(method, params)) return std::nullopt;
  if (clock_.now().time_since_epoch().count() > content.at("until").as_int64()) return std::nullopt;
  CallMemory memory;
  for (const auto& member : content.at("answers").as_object()) {
    memory.answers[std::string(member.key())] = member.value().as_object();
  }
  for (const auto& member : content.at("asked").as_object()) {
    memory.asked[std::string(member.key())] = {std::string(member.value().at("method").as_string()),
                                               member.value().at("params").as_object()};
  }
  memory.state = std::string(content.at("state").as_string());
  return memory;
}

}  // namespace mcp
