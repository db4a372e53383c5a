// SPDX-License-Identifier: MIT
// The tables from which the paths are combined.
#include "hostile/path_payloads.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string_view>

#include <sys/stat.h>

#include "support/catch.hpp"

namespace loop::test {

namespace fs = std::filesystem;

namespace {

using std::string_view_literals::operator""sv;

// One step up as programs, servers and decoders have spelled it.
constexpr std::array kSteps = {"../"sv,
                               "..//"sv,
                               ".././"sv,
                               "./../"sv,
                               "..\\"sv,
                               "..\\/"sv,
                               "....//"sv,
                               "...././"sv,
                               "..;/"sv,
                               "%2e%2e/"sv,
                               "%2e%2e%2f"sv,
                               "..%2f"sv,
                               "%2e%2e\\"sv,
                               "..%5c"sv,
                               "..%252f"sv,
                               "%252e%252e/"sv,
                               "..%c0%af"sv,
                               "%c0%ae%c0%ae/"sv,
                               "..%ef%bc%8f"sv,
                               "..%u2215"sv,
                               "..\xE2\x88\x95"sv,
                               "..\xE2\x81\x84"sv,
                               "..\xEF\xBC\x8F"sv,
                               "..\xEF\xBC\xBC"sv,
                               "\xEF\xBC\x8E\xEF\xBC\x8E/"sv,
                               "\xE2\x80\xA5/"sv,
                               "\xE2\x80\xA4\xE2\x80\xA4/"sv,
                               "\xC0\xAE\xC0\xAE/"sv,
                               "..\xC0\xAF"sv,
                               "\xE0\x80\xAE\xE0\x80\xAE/"sv,
                               ".\xE2\x80\x8B./"sv,
                               "..\0/"sv,
                               ".\n./"sv,
                               "..\t/"sv,
                               " ../"sv,
                               ".. /"sv,
                               "\x7F../"sv,
                               "&#46;&#46;/"sv,
                               "..\\..\\"sv,
                               "in/../../"sv,
                               "in/deep/../../../"sv,
                               "l_dir/../"sv,
                               "l_in/../../"sv};

constexpr std::array kEnds = {"",     "/",  "/.",  "/..",     "//",
                              " ",    ".",  "%00", "%00.txt", "::$DATA",
                              "?a=b", "#a", ";a",  "\\",      "/../secret.txt"};

constexpr std::array kAbsolute = {"/etc/passwd",
                                  "//etc/passwd",
                                  "/./etc/passwd",
                                  "/etc//passwd",
                                  "\\etc\\passwd",
                                  "file:///etc/passwd",
                                  "file:/etc/passwd",
                                  "C:\\Windows\\win.ini",
                                  "c:/Windows/win.ini",
                                  "\\\\?\\C:\\a",
                                  "\\\\localhost\\c$\\a",
                                  "/proc/self/environ",
                                  "/proc/self/mem",
                                  "/proc/self/maps",
                                  "/proc/self/fd/0",
                                  "/proc/self/cwd/../outside/secret.txt",
                                  "/proc/1/environ",
                                  "/proc/self/root/etc/passwd",
                                  "/dev/zero",
                                  "/dev/random",
                                  "/dev/stdin",
                                  "/dev/fd/0",
                                  "/dev/full",
                                  "/dev/tty",
                                  "/sys/kernel/notes",
                                  "~/secret.txt",
                                  "~root/.profile",
                                  "$HOME/secret.txt",
                                  "${HOME}/secret.txt",
                                  "`pwd`/../outside/secret.txt",
                                  "$(pwd)/../outside/secret.txt",
                                  "CON",
                                  "NUL",
                                  "COM1",
                                  "LPT1.txt",
                                  "aux.",
                                  "in.txt::$DATA",
                                  "-",
                                  "--",
                                  "-rf",
                                  "--help",
                                  "--output=../outside/x",
                                  "*",
                                  "?",
                                  "[a-z]*",
                                  "{in,../outside}/x",
                                  "|cat",
                                  ";ls",
                                  "&& ls",
                                  "\r\nSet-Cookie: a=b",
                                  "",
                                  " ",
                                  ".",
                                  "./",
                                  "./.",
                                  "..",
                                  "/",
                                  "//",
                                  "\\",
                                  "...",
                                  "....",
                                  ". ",
                                  ".. ",
                                  "\xFF\xFE",
                                  "in/\xFF.txt",
                                  "caf\xC3",
                                  "\x01",
                                  "a\x1B[2J",
                                  "a\nb",
                                  "a\tb",
                                  "\xE2\x80\xAE.txt",
                                  "\xEF\xBB\xBFin.txt"};

constexpr std::array kLinks = {"l_file",     "l_abs",      "l_dir", "l_dirabs", "l_chain",
                               "l_dangling", "l_proc",     "l_fd",  "l_cwd",    "l_up",
                               "l_evil",     "l_loop",     "l_dev", "l_long",   "l_new/new",
                               "hard.txt",   "in/l_inner", "fifo"};

std::string repeated(std::string_view text, int times) {
  std::string all;
  for (int i = 0; i < times; ++i) all += text;
  return all;
}

std::string content_of(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

void put(const fs::path& path, std::string_view content) {
  fs::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary) << content;
}

}  // namespace

PathTraps::PathTraps(const std::string& root)
    : root_(root),
      top_(fs::path(root).parent_path().string()),
      canaries_{"CANARY-of-outside", "CANARY-of-sibling", "CANARY-of-hard-link-after",
                "canary_name", "root:x:0:0"} {
  put(root_ + "/inside.txt", "inside\n");
  put(root_ + "/in/deep/file.txt", "inside\n");
  put(top_ + "/outside/secret.txt", canaries_[0] + "\n");
  put(top_ + "/outside/canary_name.txt", canaries_[0] + "\n");
  put(root_ + "-evil/secret.txt", canaries_[1] + "\n");
  put(root_ + "-evil/canary_name.txt", canaries_[1] + "\n");
  put(top_ + "/linked/linked.txt", "seen by both\n");
  make_links();
  make_payloads();
  first_ = outside();
}

void PathTraps::make_links() const {
  const auto link = [&](const std::string& target, const std::string& name) {
    fs::create_symlink(target, root_ + "/" + name);
  };
  link("../outside/secret.txt", "l_file");
  link(top_ + "/outside/secret.txt", "l_abs");
  link("../outside", "l_dir");
  link(top_ + "/outside", "l_dirabs");
  link("l_chain2", "l_chain");
  link("./l_dirabs", "l_chain2");
  link("../outside/new.txt", "l_dangling");
  link("/proc/self/root", "l_proc");
  link("/proc/self/fd", "l_fd");
  link("/proc/self/cwd/../outside", "l_cwd");
  link("..", "l_up");
  link(root_ + "-evil", "l_evil");
  link("l_loop", "l_loop");
  link("/dev/zero", "l_dev");
  link("../outside/made", "l_new");
  link("in", "l_in");
  link("../../outside/secret.txt", "in/l_inner");
  std::string target = "../outside/secret.txt";
  for (int step = 0; step < 45; ++step) {
    link(target, "l_long" + std::to_string(step));
    target = "l_long" + std::to_string(step);
  }
  link(target, "l_long");
  fs::create_hard_link(top_ + "/linked/linked.txt", root_ + "/hard.txt");
  REQUIRE(::mkfifo((root_ + "/fifo").c_str(), 0600) == 0);
}

void PathTraps::make_payloads() {
  const std::string outside_name = "outside/secret.txt";
  const std::string evil_name = fs::path(root_).filename().string() + "-evil/secret.txt";
  const std::array goals = {outside_name, evil_name, std::string("outside"),
                            std::string("outside/made_here.txt")};
  for (const auto step : kSteps) {
    for (const int depth : {1, 2, 3, 8}) {
      for (const std::string& goal : goals) payloads_.push_back(repeated(step, depth) + goal);
    }
    for (const char* end : kEnds) payloads_.push_back(std::string(step) + outside_name + end);
    payloads_.push_back(repeated(step, 40) + "etc/passwd");
  }
  for (const char* link : kLinks) {
    for (const char* end : kEnds) payloads_.push_back(std::string(link) + end);
    for (const char* below : {"/secret.txt", "/outside/secret.txt", "/etc/passwd", "/0", "/new.txt",
                              "/../outside/secret.txt", "/../../outside/secret.txt"}) {
      payloads_.push_back(std::string(link) + below);
    }
    payloads_.push_back(root_ + "/" + link);
  }
  for (const char* path : kAbsolute) payloads_.emplace_back(path);
  for (const std::string& goal : goals) {
    for (const char* head : {"", "/", "//", "file://", "/proc/self/root", "/./", "/../"}) {
      payloads_.push_back(head + top_ + "/" + goal);
    }
    payloads_.push_back(root_ + "/../" + goal);
    payloads_.push_back(root_ + "-evil/secret.txt");
  }
  payloads_.push_back(std::string("inside.txt\0../outside/secret.txt", 33));
  payloads_.push_back(std::string("../outside/secret.txt\0inside.txt", 32));
  payloads_.push_back(std::string(255, 'a'));
  payloads_.push_back(std::string(256, 'a'));
  payloads_.push_back(repeated("a/", 2047) + "a");
  payloads_.push_back(repeated("a/", 2048) + "a");
  payloads_.push_back(repeated("./", 5000) + "../outside/secret.txt");
  payloads_.push_back(repeated("in/../", 700) + "../outside/secret.txt");
  payloads_.push_back(repeated("../", 1360) + "etc/passwd");
  payloads_.push_back(std::string(100'000, '/') + "etc/passwd");
}

std::map<std::string, std::string> PathTraps::outside() const {
  std::map<std::string, std::string> files;
  for (const auto& entry : fs::recursive_directory_iterator(top_)) {
    const std::string path = entry.path().string();
    if (path.starts_with(root_ + "/") || path == root_) continue;
    // The server's own: what an operator's folders hold.
    if (path.starts_with(top_ + "/home") || path.starts_with(top_ + "/state") ||
        path.starts_with(top_ + "/config")) {
      continue;
    }
    struct stat status{};
    REQUIRE(::lstat(path.c_str(), &status) == 0);
    const std::string times =
        std::to_string(status.st_mtim.tv_sec) + "." + std::to_string(status.st_mtim.tv_nsec);
    const bool is_file = S_ISREG(status.st_mode);
    files[path] = std::to_string(status.st_mode) + " " + times + " " +
                  (is_file ? content_of(path) : std::string());
  }
  return files;
}

}  // namespace loop::test
