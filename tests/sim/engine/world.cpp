// SPDX-License-Identifier: MIT
// Running a simulated workspace.
#include "sim/engine/world.hpp"

#include <boost/json.hpp>

#include <algorithm>

#include "loop/store/layout.h"

namespace loop::sim {

Instant at(std::string_view text) {
  const auto instant = parse_instant(text);
  REQUIRE(instant);
  return *instant;
}

World::World(WorldOptions given)
    : clock(given.start),
      files(clock),
      random(given.seed),
      processes(files, clock, random, [this](const RunId& run, int launch) {
        return script ? script(run, launch) : agent;
      }) {
  options.config = std::move(given.config);
  if (options.config.default_agent.empty()) options.config.default_agent = "shell";
  options.zone = Zone::find(given.zone).value();
  options.is_trusted = given.is_trusted;
  options.runner_command = {"runner"};
  options.poll = std::chrono::hours{1};
  REQUIRE(make_directories(files, RelativePath::of(".roo")));
}

void World::write_schedules(const std::vector<std::string>& objects) {
  std::string text = "{\n  \"schedules\": [\n    ";
  for (std::size_t index = 0; index < objects.size(); ++index) {
    text += (index > 0 ? ",\n    " : "") + objects[index];
  }
  text += "\n  ]\n}";
  REQUIRE(replace_file(files, random, layout::schedules(), text));
}

void World::start_engine() {
  auto opened = Engine::open({files, clock, random, processes, log}, options, EngineRole::engine);
  if (!opened) FAIL(opened.error().message());
  engine = std::move(*opened);
  settle();
}

void World::crash_machine(std::uint64_t seed) {
  engine.reset();
  processes.lose_all();
  files.crash(seed);
}

void World::settle() {
  processes.deliver();
  for (int rounds = 0; rounds < 100; ++rounds) {
    last_step = engine ? engine->step(clock.now()) : Status{};
    const bool was_delivered = processes.deliver();
    if (!processes.take_changed() && !was_delivered) return;
  }
  FAIL("the engine does not come to rest at " << format_instant(clock.now()));
}

void World::run_until(Instant end) {
  while (clock.now() < end) {
    Instant next = end;
    if (engine) {
      const Instant deadline = last_step ? engine->next_deadline() : clock.now() + retry_after;
      next = std::min(next, std::max(deadline, clock.now() + Duration{1}));
    }
    if (const auto event = processes.next_event())
      next = std::min(next, std::max(*event, clock.now()));
    clock.advance_to(next);
    settle();
  }
}

std::vector<JournalEntry> World::journal() const {
  auto& disk = const_cast<SimFiles&>(files);
  const auto text = read_lines_from(disk, layout::journal(), 0);
  REQUIRE(text);
  std::vector<JournalEntry> entries;
  std::string_view rest = *text;
  while (!rest.empty()) {
    const std::size_t end = rest.find('\n');
    auto entry = parse_entry(rest.substr(0, end));
    REQUIRE(entry);
    entries.push_back(std::move(*entry));
    rest.remove_prefix(end + 1);
  }
  return entries;
}

std::vector<JournalEntry> World::journal_of(JournalEvent event) const {
  std::vector<JournalEntry> found;
  for (JournalEntry& entry : journal()) {
    if (entry.event == event) found.push_back(std::move(entry));
  }
  return found;
}

std::string World::file(std::string_view path) const {
  auto& disk = const_cast<SimFiles&>(files);
  auto content = read_file_if_exists(disk, RelativePath::of(path));
  REQUIRE(content);
  return *content ? (*content)->bytes : std::string{};
}

std::string World::field(const std::string& id, const std::string& key) const {
  const auto root = boost::json::parse(file(".roo/schedules.json"));
  for (const auto& value : root.at("schedules").as_array()) {
    const auto& object = value.as_object();
    if (object.at("id").as_string() != id) continue;
    const auto* found = object.if_contains(key);
    if (found == nullptr) return {};
    return found->is_string() ? std::string(found->as_string()) : boost::json::serialize(*found);
  }
  return {};
}

}  // namespace loop::sim
