// SPDX-License-Identifier: MIT
// The operation error_recovery.
#include "loop/ops/error_recovery.h"

#include "loop/store/file_lock.h"
#include "loop/store/layout.h"
#include "ops/operations_fixture.hpp"

using namespace loop;
using namespace loop::test;
using Catch::Contains;
namespace json = boost::json;

namespace {

constexpr const char* kGoodSchedules = R"({"schedules": []})";
constexpr const char* kSchedules = ".roo/schedules.json";

class Failing : public OperationsFixture {
 public:
  json::object fail(json::object context = {}, json::object given = {}) {
    return call("error_recovery", arguments(std::move(context), std::move(given)));
  }
  Error refused(json::object context, json::object given = {}) {
    return refuse("error_recovery", arguments(std::move(context), std::move(given)));
  }
  std::string content(std::string_view path) const {
    return world.files.content(path).value_or("(absent)");
  }
  void wait(Duration duration) { world.clock.advance(duration); }
  std::size_t count_events(JournalEvent event) const { return world.journal_of(event).size(); }

 private:
  static std::string arguments(json::object context, json::object given) {
    if (!given.contains("operation")) given["operation"] = "deploy";
    given["error_context"] = std::move(context);
    return json::serialize(given);
  }
};

std::int64_t number(const json::object& answer, std::string_view field) {
  return answer.at(field).to_number<std::int64_t>();
}
std::string text(const json::object& answer, std::string_view field) {
  return std::string(answer.at(field).get_string());
}

}  // namespace

TEST_CASE("failures are counted by mode and operation, over restarts, and a success ends the row") {
  Failing failing;

  CHECK(number(failing.fail({{"error", "no route"}}), "consecutive_failures") == 1);
  CHECK(number(failing.fail(), "consecutive_failures") == 2);
  CHECK(number(failing.fail({{"mode", "debug"}}), "consecutive_failures") == 1);
  CHECK(number(failing.fail({}, {{"operation", "other"}}), "consecutive_failures") == 1);

  const auto resolved = failing.fail({{"resolved", true}});
  CHECK(text(resolved, "strategy") == "resolved");
  CHECK_THAT(json::serialize(resolved.at("done")), Contains("2 failures in a row are over"));
  CHECK(number(failing.fail(), "consecutive_failures") == 1);
  CHECK(number(failing.fail({{"mode", "debug"}}), "consecutive_failures") == 2);
}

TEST_CASE("the third failure in a row escalates once, is remembered, and rests") {
  Failing failing;
  failing.fail({{"error", "first"}});
  failing.fail({{"error", "second"}});
  CHECK(failing.count_events(JournalEvent::escalated) == 0);

  const auto third = failing.fail({{"error", "no # route\nat all"}, {"command", "make deploy"}});

  CHECK(third.at("escalated").as_bool());
  CHECK(text(third, "strategy") == "escalate");
  CHECK_FALSE(third.at("retry_advised").as_bool());
  CHECK(number(third, "retry_delay_seconds") == 3600);
  CHECK(failing.count_events(JournalEvent::escalated) == 1);
  const std::string memory = failing.content("persistent-memory.md");
  CHECK_THAT(memory,
             Contains("- Finding: deploy failed 3 times in a row; last: no # route at all"));
  CHECK_THAT(memory, Contains("- Command: make deploy"));

  const auto fourth = failing.fail();
  CHECK_FALSE(fourth.at("escalated").as_bool());
  CHECK(text(fourth, "strategy") == "retry");
  CHECK_FALSE(fourth.at("retry_advised").as_bool());

  failing.wait(std::chrono::hours{1});
  const auto trial = failing.fail();
  CHECK(trial.at("escalated").as_bool());
  CHECK(number(trial, "retry_delay_seconds") == 7200);
}

TEST_CASE("a retry is advised after the delays of the engine, unless the error will stay") {
  Failing failing;

  const auto first = failing.fail({{"code", "locked"}});
  CHECK(text(first, "strategy") == "retry");
  CHECK(first.at("retry_advised").as_bool());
  CHECK(number(first, "retry_delay_seconds") == 30);
  const auto second = failing.fail({{"code", "not_found"}});
  CHECK_FALSE(second.at("retry_advised").as_bool());
  CHECK(number(second, "retry_delay_seconds") == 60);
}

TEST_CASE("an escalation that is asked for comes at once, and once") {
  Failing failing;
  failing.world.options.config.notify.command = {"/bin/hook"};

  const auto escalated = failing.fail({{"error", "x"}}, {{"recovery_strategy", "escalate"}});
  CHECK(escalated.at("escalated").as_bool());
  CHECK(number(escalated, "consecutive_failures") == 1);
  CHECK_FALSE(failing.fail({}, {{"recovery_strategy", "escalate"}}).at("escalated").as_bool());

  CHECK(failing.count_events(JournalEvent::escalated) == 1);
  const auto event = json::parse(failing.content(".loop/notice.json")).as_object();
  CHECK(text(event, "event") == "escalated");
  CHECK(text(event, "operation") == "deploy");
  CHECK(text(event, "reason") == "x");
}

TEST_CASE("a damaged file is put back from the newest sound copy without being asked") {
  Failing failing;
  failing.world.files.put(kSchedules, kGoodSchedules);
  failing.call("backup_file", R"({"file_path":".roo/schedules.json"})");
  failing.wait(std::chrono::seconds{1});
  failing.world.files.put(kSchedules, "{\"sched");
  failing.call("backup_file", R"({"file_path":".roo/schedules.json"})");

  const auto answer = failing.fail({{"error", "cannot read"}});

  CHECK(text(answer, "strategy") == "rollback");
  CHECK_THAT(text(answer, "reason"), Contains("schedules.json is damaged"));
  CHECK(answer.at("success").as_bool());
  CHECK(failing.content(kSchedules) == kGoodSchedules);
  // How it stood before is in the checkpoint.
  CHECK(failing.content(text(answer, "checkpoint") + "/" + kSchedules) == "{\"sched");
  CHECK(text(failing.fail(), "strategy") == "retry");
}

TEST_CASE("a damaged file behind a link is put back where the link leads") {
  Failing failing;
  failing.world.files.put("shared/schedules.json", kGoodSchedules);
  failing.world.files.make_link(kSchedules, "../shared/schedules.json");
  failing.fail();  // makes a checkpoint
  failing.world.files.put("shared/schedules.json", "{");

  const auto answer = failing.fail();

  CHECK(answer.at("success").as_bool());
  CHECK(failing.content("shared/schedules.json") == kGoodSchedules);
  CHECK(failing.content(kSchedules) == kGoodSchedules);
}

TEST_CASE("a checkpoint is the way back to what it holds, but for the rows of time") {
  Failing failing;
  failing.world.files.put(kSchedules, kGoodSchedules);
  failing.world.files.put("TODO.md", "- [ ] a\n");
  failing.world.files.put("task_timing.tsv", "old\n");
  const auto before = failing.fail();
  const std::string checkpoint = text(before, "checkpoint");
  CHECK(text(failing.fail(), "checkpoint") == checkpoint);  // nothing has changed
  failing.world.files.put("TODO.md", "wrong\n");
  failing.world.files.put("task_timing.tsv", "old\nnew\n");

  const auto answer = failing.fail({{"checkpoint", checkpoint.substr(checkpoint.rfind('/') + 1)}},
                                   {{"recovery_strategy", "rollback"}});

  CHECK(answer.at("success").as_bool());
  REQUIRE(answer.at("restored").as_array().size() == 1);
  CHECK(answer.at("restored").at(0).at("file_path").as_string() == "TODO.md");
  CHECK(failing.content("TODO.md") == "- [ ] a\n");
  CHECK(failing.content("task_timing.tsv") == "old\nnew\n");
}

TEST_CASE("a copy whose hash is wrong is passed over, and a rollback without a copy says so") {
  Failing failing;
  failing.world.files.put("a.txt", "v1");
  failing.call("backup_file", R"({"file_path":"a.txt"})");
  failing.wait(std::chrono::seconds{1});
  failing.world.files.put("a.txt", "v2");
  const auto second = failing.call("backup_file", R"({"file_path":"a.txt"})");
  failing.world.files.put(text(second, "backup_path"), "tampered");
  failing.world.files.put("a.txt", "v3");

  failing.fail({{"file_path", "a.txt"}}, {{"recovery_strategy", "rollback"}});
  CHECK(failing.content("a.txt") == "v1");

  const auto none = failing.fail({{"file_path", "b.txt"}}, {{"recovery_strategy", "rollback"}});
  CHECK_FALSE(none.at("success").as_bool());
  CHECK_THAT(text(none, "problem"), Contains("no backup or checkpoint of b.txt"));
  CHECK(number(none, "consecutive_failures") == 2);
  const auto unnamed = failing.fail({}, {{"recovery_strategy", "rollback"}});
  CHECK_THAT(text(unnamed, "problem"), Contains("error_context.file_path"));
}

TEST_CASE("what is stale and free is removed, what is young or held is not") {
  Failing failing;
  const std::string stale = ".TODO.md.loop-tmp-0123456789abcdef";
  const std::string held = ".TODO.md.loop-tmp-0123456789abcde0";
  failing.world.files.put(stale, "half");
  failing.world.files.put(held, "half");
  failing.world.files.put("TODO.md.lock", "");
  const auto holder = failing.world.files.open(RelativePath::of(held), {});
  REQUIRE((*holder)->try_lock(LockMode::exclusive).value());
  const auto lock =
      FileLock::try_acquire(failing.world.files, failing.world.clock, layout::memory_lock());
  REQUIRE(lock->has_value());
  failing.wait(std::chrono::hours{1});

  CHECK(text(failing.fail(), "strategy") == "retry");
  failing.wait(std::chrono::seconds{1});
  failing.world.files.put("persistent-memory.md.lock", "");
  const auto answer = failing.fail();

  CHECK(text(answer, "strategy") == "cleanup");
  CHECK(answer.at("removed").as_array() == json::array{stale, "TODO.md.lock"});
  CHECK(failing.content(held) == "half");
  CHECK(failing.content("persistent-memory.md.lock").empty());
  CHECK_THAT(json::serialize(answer.at("done")), Contains(".loop/locks/memory is held by pid"));
}

TEST_CASE("what is wrong in the request is refused before anything is counted") {
  Failing failing;
  const auto before = failing.world.files.all_files();

  CHECK(failing.refused({{"file_path", 1}}).code() == Errc::invalid_argument);
  CHECK(failing.refused({{"file_path", "../x"}}).code() == Errc::outside_root);
  CHECK(failing.refused({{"file_path", ".git/config"}}).code() == Errc::invalid_argument);
  CHECK(failing.refused({{"file_path", "a"}, {"backup_path", "b"}, {"checkpoint", "c"}}).code() ==
        Errc::invalid_argument);
  CHECK(failing.refused({{"backup_path", "b"}}).code() == Errc::invalid_argument);
  CHECK_THAT(failing.refused({{"checkpoint", "c"}}).message(), Contains("no checkpoint \"c\""));
  CHECK(failing.refused({{"resolved", "yes"}}).code() == Errc::invalid_argument);
  CHECK(failing.refused({{"resolved", true}}, {{"recovery_strategy", "retry"}}).code() ==
        Errc::invalid_argument);
  CHECK(failing.refused({}, {{"operation", " \t"}}).code() == Errc::invalid_argument);

  CHECK(failing.world.files.all_files() == before);
}

TEST_CASE("a failure is counted also when the modes and the current mode cannot be read") {
  Failing failing;
  failing.world.files.put(".roomodes", "customModes: [");
  failing.world.files.put(".loop/mode.json", "{");

  const auto answer = failing.fail();

  CHECK(text(answer, "mode") == "code");
  CHECK(text(answer, "strategy") == "rollback");
  CHECK_FALSE(answer.at("success").as_bool());
  CHECK(number(answer, "consecutive_failures") == 1);
}
