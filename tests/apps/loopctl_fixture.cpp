// SPDX-License-Identifier: MIT
// Temporary folders and calls of loopctl.
#include "apps/loopctl_fixture.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "support/catch.hpp"

namespace loop::test {

namespace fs = std::filesystem;

namespace {

std::string content_of(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

}  // namespace

LoopctlFixture::LoopctlFixture() {
  std::string name = (fs::temp_directory_path() / "loopctl-test-XXXXXX").string();
  REQUIRE(::mkdtemp(name.data()) != nullptr);
  top_ = name;
  fs::create_directory(root());
  environment = {{"PATH", "/usr/bin:/bin"},
                 {"HOME", top_ + "/home"},
                 {"XDG_CONFIG_HOME", top_ + "/config"},
                 {"XDG_STATE_HOME", top_ + "/state"},
                 {"TZ", "UTC"}};
}

LoopctlFixture::~LoopctlFixture() {
  std::error_code ignored;
  fs::remove_all(top_, ignored);
}

ProgramSpec LoopctlFixture::spec(const std::vector<std::string>& words) const {
  ProgramSpec wanted;
  wanted.argv = {LOOP_LOOPCTL};
  wanted.argv.insert(wanted.argv.end(), words.begin(), words.end());
  wanted.environment = environment;
  wanted.directory = root();
  return wanted;
}

ProgramResult LoopctlFixture::run(const std::vector<std::string>& words,
                                  const std::string& input) const {
  ProgramSpec wanted = spec(words);
  wanted.input = input;
  return run_program(wanted);
}

void LoopctlFixture::make_workspace() { REQUIRE(run({"init"}).code == 0); }

std::string LoopctlFixture::make_job(const std::string& script) {
  make_workspace();
  REQUIRE(run({"trust", "--yes"}).code == 0);
  const auto added = run({"schedule", "add", "--name", "job", "--type", "manual", "--agent",
                          "shell", "--instructions", script});
  INFO(added.err);
  REQUIRE(added.code == 0);
  return added.out.substr(0, added.out.size() - 1);
}

std::string LoopctlFixture::read(const std::string& path) const {
  return content_of(fs::path(root()) / path);
}

void LoopctlFixture::write(const std::string& path, const std::string& content) const {
  const fs::path file = fs::path(root()) / path;
  fs::create_directories(file.parent_path());
  std::ofstream(file, std::ios::binary) << content;
}

std::map<std::string, std::string> LoopctlFixture::snapshot() const {
  std::map<std::string, std::string> files;
  for (const auto& entry : fs::recursive_directory_iterator(top_)) {
    const auto time = entry.last_write_time().time_since_epoch().count();
    const std::string content = entry.is_regular_file() ? content_of(entry.path()) : std::string{};
    files[entry.path().string()] = std::to_string(time) + ":" + content;
  }
  return files;
}

boost::json::object parse_object(const std::string& text) {
  INFO(text);
  boost::json::error_code error;
  const auto value = boost::json::parse(text, error);
  REQUIRE_FALSE(error);
  REQUIRE(value.is_object());
  return value.get_object();
}

}  // namespace loop::test
