// SPDX-License-Identifier: MIT
// The limit for a server on stdio with this JSON library: reads blocks, parses each line, makes the
// answer of an echo as a value, serializes it, writes all answers of a block at once.
#include <unistd.h>

#include <array>
#include <string>
#include <string_view>

#include <boost/json.hpp>

namespace json = boost::json;

namespace {

constexpr std::size_t kBlockBytes = 128 * 1024;
constexpr std::size_t kArenaBytes = 16 * 1024;

void answer(std::string_view line, std::string& out) {
  std::array<unsigned char, kArenaBytes> arena;
  json::monotonic_resource memory(arena.data(), arena.size());
  const json::value message = json::parse(line, &memory);
  const json::object& request = message.as_object();
  if (!request.contains("id")) return;
  json::object result(&memory);
  if (request.at("method").as_string() == "tools/call") {
    const auto& text = request.at("params").at("arguments").at("message").as_string();
    json::object block{{"type", "text"}, {"text", "Echo: " + std::string(text)}};
    result["content"] = json::array({std::move(block)});
  } else {
    result["protocolVersion"] = "2025-11-25";
    result["capabilities"] = json::object({{"tools", json::object()}});
    result["serverInfo"] = json::object({{"name", "json-loop"}, {"version", "1"}});
  }
  json::object reply(&memory);
  reply["jsonrpc"] = "2.0";
  reply["id"] = request.at("id");
  reply["result"] = std::move(result);
  out += json::serialize(reply);
  out += '\n';
}

bool write_fully(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t done = ::write(STDOUT_FILENO, bytes.data(), bytes.size());
    if (done <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(done));
  }
  return true;
}

}  // namespace

int main() {
  std::string pending, out;
  std::array<char, kBlockBytes> block;
  for (;;) {
    const ssize_t got = ::read(STDIN_FILENO, block.data(), block.size());
    if (got <= 0) return 0;
    pending.append(block.data(), static_cast<std::size_t>(got));
    std::size_t begin = 0;
    for (std::size_t end; (end = pending.find('\n', begin)) != std::string::npos; begin = end + 1) {
      answer(std::string_view(pending).substr(begin, end - begin), out);
    }
    pending.erase(0, begin);
    if (!write_fully(out)) return 0;
    out.clear();
  }
}
