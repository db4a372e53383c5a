// SPDX-License-Identifier: MIT
// The operation read_project_file.
#include "loop/base/base64.h"
#include "loop/base/sha256.h"
#include "ops/operations_fixture.hpp"

using namespace loop;
using namespace loop::test;
using Catch::Contains;
namespace json = boost::json;

namespace {

class Reader : public OperationsFixture {
 public:
  json::object read(std::string_view path, json::object more = {}) {
    more["file_path"] = path;
    return call("read_project_file", json::serialize(more));
  }
  Error refused(std::string_view path, json::object more = {}) {
    more["file_path"] = path;
    return refuse("read_project_file", json::serialize(more));
  }
};

std::string content_of(const json::object& answer) {
  return std::string(answer.at("content").get_string());
}

}  // namespace

TEST_CASE("a file is read as a whole, with its size and lines") {
  Reader reader;
  reader.world.files.put("src/a.txt",
                         "one\ntwo\nthr\xC3\xA9"
                         "e");

  const auto answer = reader.read("src/a.txt");

  CHECK(content_of(answer) ==
        "one\ntwo\nthr\xC3\xA9"
        "e");
  CHECK(answer.at("file_path").get_string() == "src/a.txt");
  CHECK(answer.at("encoding").get_string() == "utf-8");
  CHECK(answer.at("size").to_number<int>() == 14);
  CHECK(answer.at("first_line").to_number<int>() == 1);
  CHECK(answer.at("line_count").to_number<int>() == 3);
  CHECK(answer.at("total_lines").to_number<int>() == 3);
  CHECK_FALSE(answer.contains("next_offset"));
  CHECK_FALSE(answer.contains("metadata"));
}

TEST_CASE("an empty file has no lines") {
  Reader reader;
  reader.world.files.put("a", "");

  CHECK(content_of(reader.read("a")).empty());
  CHECK(reader.read("a").at("total_lines").to_number<int>() == 0);
  CHECK(reader.read("a", {{"limit", 1}}).at("total_lines").to_number<int>() == 0);
}

TEST_CASE("metadata has time, permissions, the path without links, and the hash of a whole read") {
  Reader reader;
  reader.world.files.put("d/a.txt", "x\ny\n");
  reader.world.files.make_link("link", "d/a.txt");

  const auto metadata =
      reader.read("link", {{"include_metadata", true}}).at("metadata").get_object();

  CHECK(metadata.at("real_path").get_string() == "d/a.txt");
  CHECK(metadata.at("modified").get_string() == "2025-11-01T06:28:04.000Z");
  CHECK(metadata.at("permissions").get_string() == "0644");
  CHECK(metadata.at("sha256").get_string() == sha256_hex("x\ny\n"));
  CHECK_FALSE(reader.read("link", {{"include_metadata", true}, {"limit", 1}})
                  .at("metadata")
                  .get_object()
                  .contains("sha256"));
}

TEST_CASE("bytes that are no UTF-8 are refused with the offset of the first") {
  Reader reader;
  reader.world.files.put("a", "caf\xC3\xA9\nca\xE9\nend\n");

  const Error whole = reader.refused("a");
  CHECK(whole.code() == Errc::invalid_data);
  CHECK_THAT(whole.message(), Contains("0xe9 at offset 8 "));
  // The same place when the line is read by itself, and no complaint about other lines.
  CHECK_THAT(reader.refused("a", {{"offset", 1}, {"limit", 1}}).message(), Contains("offset 8 "));
  CHECK(content_of(reader.read("a", {{"limit", 1}})) == "caf\xC3\xA9\n");
  CHECK(content_of(reader.read("a", {{"offset", 2}})) == "end\n");
}

TEST_CASE("latin-1 and base64 read any bytes") {
  Reader reader;
  std::string all;
  for (int byte = 0; byte < 256; ++byte) all += static_cast<char>(byte);
  reader.world.files.put("a", all);

  const std::string text = content_of(reader.read("a", {{"encoding", "latin-1"}}));
  const auto raw = reader.read("a", {{"encoding", "base64"}});

  CHECK(text.size() == 128 + 2 * 128);
  CHECK(text.substr(128, 2) == "\xC2\x80");
  CHECK(text.ends_with("\xC3\xBF"));
  CHECK(from_base64(content_of(raw)) == all);
  CHECK_FALSE(raw.contains("line_count"));
}

TEST_CASE("some lines of a file are read by offset and limit") {
  Reader reader;
  reader.world.files.put("a", "1\n2\n3\n4\n5");
  struct Case {
    json::object given;
    const char* content;
    int line_count;
    int total;  // 0: not known
    int next;   // 0: none
  };
  const std::vector<Case> cases{
      {{{"offset", 0}, {"limit", 2}}, "1\n2\n", 2, 0, 2},
      {{{"offset", 2}, {"limit", 2}}, "3\n4\n", 2, 0, 4},
      {{{"offset", 4}, {"limit", 2}}, "5", 1, 5, 0},
      {{{"offset", 3}, {"limit", 2}}, "4\n5", 2, 5, 0},
      {{{"offset", 4}}, "5", 1, 5, 0},
      {{{"offset", 5}}, "", 0, 5, 0},
      {{{"offset", 99}}, "", 0, 5, 0},
      {{{"limit", 4}}, "1\n2\n3\n4\n", 4, 0, 4},
      {{{"limit", 5}}, "1\n2\n3\n4\n5", 5, 5, 0},
      {{{"limit", 6}}, "1\n2\n3\n4\n5", 5, 5, 0},
  };
  for (const Case& one : cases) {
    INFO(json::serialize(one.given));
    const auto answer = reader.read("a", one.given);
    CHECK(content_of(answer) == one.content);
    CHECK(answer.at("line_count").to_number<int>() == one.line_count);
    CHECK(answer.contains("total_lines") == (one.total > 0));
    if (one.total > 0) CHECK(answer.at("total_lines").to_number<int>() == one.total);
    CHECK(answer.contains("next_offset") == (one.next > 0));
    if (one.next > 0) CHECK(answer.at("next_offset").to_number<int>() == one.next);
  }
}

TEST_CASE("pages by next_offset are the whole file, however its lines meet the blocks of a read") {
  Reader reader;
  std::string text;
  for (int line = 0; line < 9000; ++line)
    text += std::string(static_cast<std::size_t>(line % 97), 'x') + "\n";
  text += "no newline";
  reader.world.files.put("a", text);

  std::string pages;
  json::object given{{"limit", 700}};
  while (true) {
    const auto answer = reader.read("a", given);
    pages += content_of(answer);
    if (!answer.contains("next_offset")) break;
    given["offset"] = answer.at("next_offset");
  }

  CHECK(pages == text);
}

TEST_CASE("a whole file is read up to the limit and not beyond") {
  Reader reader;
  const std::size_t limit = 1024 * 1024;
  for (const std::size_t size : {limit - 1, limit, limit + 1}) {
    reader.world.files.put("a", std::string(size, 'x'));
    const json::object given{{"file_path", "a"}, {"max_size_mb", 1}};
    const auto answer = reader.try_call("read_project_file", json::serialize(given));
    CHECK(answer.has_value() == (size <= limit));
    if (!answer) {
      CHECK(answer.error().code() == Errc::too_large);
      CHECK_THAT(answer.error().message(),
                 Contains("1048577 bytes") && Contains("1048576") && Contains("offset"));
    }
  }
  reader.world.files.put("b", std::string(10 * limit + 1, 'x'));
  CHECK(reader.refused("b").code() == Errc::too_large);
  CHECK(reader.read("b", {{"max_size_mb", 10.5}}).at("line_count").to_number<int>() == 1);
  CHECK(reader.refused("b", {{"max_size_mb", 257}}).code() == Errc::invalid_argument);
}

TEST_CASE("lines are cut at the limit of bytes, and one line over it is refused") {
  Reader reader;
  const std::string half(512 * 1024 - 1, 'x');
  reader.world.files.put("a", half + "\n" + half + "\n" + half + "\n");
  reader.world.files.put("b", "1\n" + half + half + "xxx\n");

  const auto answer = reader.read("a", {{"max_size_mb", 1}, {"offset", 0}});

  CHECK(answer.at("line_count").to_number<int>() == 2);
  CHECK(answer.at("next_offset").to_number<int>() == 2);
  const Error refused = reader.refused("b", {{"max_size_mb", 1}, {"offset", 1}});
  CHECK(refused.code() == Errc::too_large);
  CHECK_THAT(refused.message(), Contains("line 2 alone"));
  CHECK(content_of(reader.read("b", {{"max_size_mb", 1}, {"limit", 5}})) == "1\n");
}

TEST_CASE("what is no regular file is refused at once") {
  Reader reader;
  reader.world.files.make_fifo("pipe");
  reader.world.files.put("d/a", "");

  CHECK(reader.refused("pipe").code() == Errc::invalid_argument);
  CHECK(reader.refused("d").code() == Errc::invalid_argument);
  CHECK(reader.refused("absent").code() == Errc::not_found);
  CHECK(reader.refused("d/a/b").code() == Errc::invalid_argument);
}

TEST_CASE("nothing outside of the workspace can be named or linked to") {
  Reader reader;
  reader.world.files.make_link("out", "/etc/passwd");
  reader.world.files.make_link("up", "../secret");
  reader.world.files.make_link("round", "round");

  for (const char* path : {"out", "up", "/etc/passwd", "../a", "a/../../b", ".git/../x"}) {
    INFO(path);
    CHECK(reader.refused(path).code() == Errc::outside_root);
  }
  CHECK(reader.refused("round").code() == Errc::invalid_argument);
  CHECK(reader.refused("").code() == Errc::invalid_argument);
  CHECK(reader.refused(".").code() == Errc::invalid_argument);
  CHECK(reader.refused("a\nb").code() == Errc::invalid_argument);
  CHECK_THAT(reader.refused("../a").message(), Contains("argument \"file_path\""));
}

TEST_CASE("what the operator denies is not read, whatever leads there") {
  Reader reader;
  reader.world.files.put(".env", "KEY=1");
  reader.world.files.put("d/server.pem", "KEY");
  reader.world.files.put(".env.example", "KEY=");
  reader.world.files.put(".git/config", "[core]");
  reader.world.files.make_link("settings", ".env");
  reader.world.files.make_link("again", "settings");
  reader.world.files.make_link("dir", "d");

  for (const char* path :
       {".env", "./.env", "d/server.pem", "settings", "again", "dir/server.pem"}) {
    INFO(path);
    const Error refused = reader.refused(path);
    CHECK(refused.code() == Errc::invalid_argument);
    CHECK_THAT(refused.message(), Contains("files.deny"));
  }
  CHECK(content_of(reader.read(".env.example")) == "KEY=");
  CHECK(content_of(reader.read(".git/config")) == "[core]");

  reader.world.options.config.files_deny = {"d/", "!d/server.pem"};
  CHECK_THAT(reader.refused("d/server.pem").message(), Contains("files.deny"));
  CHECK(content_of(reader.read("settings")) == "KEY=1");
}

TEST_CASE("a cancelled read stops") {
  Reader reader;
  reader.world.files.put("a", "x");
  reader.is_cancelled = true;

  CHECK(reader.refused("a").code() == Errc::cancelled);
}

TEST_CASE("offset and limit are checked, and mean nothing for base64") {
  Reader reader;
  reader.world.files.put("a", "x");

  CHECK(reader.refused("a", {{"offset", -1}}).code() == Errc::invalid_argument);
  CHECK(reader.refused("a", {{"limit", 0}}).code() == Errc::invalid_argument);
  CHECK_THAT(reader.refused("a", {{"limit", 1}, {"encoding", "base64"}}).message(),
             Contains("base64"));
  CHECK_THAT(reader.refused("a", {{"encoding", "utf8"}}).message(), Contains("utf-8"));
}
