// SPDX-License-Identifier: MIT
// Reading the command line.
#include "options.hpp"

#include <boost/program_options.hpp>
#include <fmt/format.h>

#include <sstream>
#include <utility>

namespace loop_mcp {

namespace po = boost::program_options;
using loop::Errc;
using loop::Error;

namespace {

po::options_description description() {
  po::options_description options("Options");
  options.add_options()("directory,C", po::value<std::string>()->value_name("DIR"),
                        "the workspace at or above this folder; else LOOP_ROOT, else the working "
                        "directory")(
      "tools", po::value<std::string>()->value_name("LIST")->default_value("all"),
      "all, core (without the control of runs), or names with commas")(
      "read-only", "only the tools that change nothing")(
      "http", po::value<std::string>()->value_name("HOST:PORT")->implicit_value(""),
      "serve HTTP at /mcp, and /sse for 2024-11-05, instead of standard input and output; "
      "127.0.0.1:8567 unless it is said")(
      "token-file", po::value<std::string>()->value_name("FILE"),
      "with --http: one token a line, of which a client has to send one; made with a new one when "
      "it is not there; mode 0600")(
      "allow-host", po::value<std::vector<std::string>>()->value_name("NAME"),
      "with --http: a name that clients use for this server, besides localhost; may be repeated")(
      "allow-origin", po::value<std::vector<std::string>>()->value_name("URL"),
      "with --http: a web page's origin that may read answers (CORS); may be repeated")(
      "behind-proxy",
      "with --http: other addresses than 127.0.0.1 and [::1] are allowed, with a token; TLS is the "
      "proxy's")("engine", "with --http: run the engine in this process")(
      "info", "print version, protocols, tools and the workspace's health as JSON, and end")(
      "version", "print the version")("help,h", "print this");
  return options;
}

}  // namespace

namespace {

std::vector<std::string> texts(const po::variables_map& given, const std::string& name) {
  return given.count(name) > 0 ? given[name].as<std::vector<std::string>>()
                               : std::vector<std::string>();
}

loop::Result<std::optional<HttpWish>> read_http(const po::variables_map& given) {
  if (given.count("http") == 0) {
    for (const char* name :
         {"token-file", "allow-host", "allow-origin", "behind-proxy", "engine"}) {
      if (given.count(name) == 0) continue;
      return Error(Errc::invalid_argument, fmt::format("--{} needs --http", name));
    }
    return std::optional<HttpWish>();
  }
  HttpWish wish{.address = given["http"].as<std::string>(),
                .hosts = texts(given, "allow-host"),
                .origins = texts(given, "allow-origin"),
                .is_behind_proxy = given.count("behind-proxy") > 0,
                .wants_engine = given.count("engine") > 0};
  if (given.count("token-file") > 0) wish.token_file = given["token-file"].as<std::string>();
  return std::optional(std::move(wish));
}

}  // namespace

loop::Result<Options> parse_options(const std::vector<std::string>& words) {
  namespace style = po::command_line_style;
  constexpr int kStyle = style::unix_style & ~style::allow_guessing;
  po::variables_map given;
  po::options_description hidden;
  hidden.add_options()("words", po::value<std::vector<std::string>>());
  try {
    po::store(po::command_line_parser(words)
                  .options(description().add(hidden))
                  .positional(po::positional_options_description().add("words", -1))
                  .style(kStyle)
                  .run(),
              given);
  } catch (const po::error& problem) {
    return Error(Errc::invalid_argument, fmt::format("{}; see loop-mcp --help", problem.what()));
  }
  std::vector<std::string> words_left = texts(given, "words");
  Options options;
  LOOP_TRY(options.http, read_http(given));
  // An option with an optional value takes it after "=" only; people write a space.
  if (options.http && options.http->address.empty() && words_left.size() == 1) {
    options.http->address = std::exchange(words_left, {}).front();
  }
  if (!words_left.empty()) {
    return Error(Errc::invalid_argument,
                 fmt::format("\"{}\" is not understood; see loop-mcp --help", words_left[0]));
  }
  if (given.count("directory") > 0) options.directory = given["directory"].as<std::string>();
  options.selection.tools = given["tools"].as<std::string>();
  if (given.count("read-only") > 0) options.selection.access = Access::read_only;
  options.wants_info = given.count("info") > 0;
  options.wants_help = given.count("help") > 0;
  options.wants_version = given.count("version") > 0;
  return options;
}

std::string help_text() {
  std::ostringstream text;
  text << "loop-mcp serves the workspace's tools to coding agents by the Model Context Protocol,\n"
          "on standard input and output, or over HTTP.\n\n"
       << description();
  return text.str();
}

}  // namespace loop_mcp
