// SPDX-License-Identifier: MIT
// Reading the command line.
#include "options.hpp"

#include <boost/program_options.hpp>
#include <fmt/format.h>

#include <sstream>

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
      "info", "print version, protocols, tools and the workspace's health as JSON, and end")(
      "version", "print the version")("help,h", "print this");
  return options;
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
  if (given.count("words") > 0) {
    return Error(Errc::invalid_argument,
                 fmt::format("\"{}\" is not understood; see loop-mcp --help",
                             given["words"].as<std::vector<std::string>>()[0]));
  }
  Options options;
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
          "on standard input and output.\n\n"
       << description();
  return text.str();
}

}  // namespace loop_mcp
