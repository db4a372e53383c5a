// SPDX-License-Identifier: MIT
// Making the behaviour cases' schedules and worlds.
#include "sim/engine/behaviour_fixture.hpp"

namespace loop::sim {

std::string schedule_json(const std::map<std::string, std::string>& extra) {
  std::vector<std::pair<std::string, std::string>> fields{
      {"id", "\"q\""},
      {"name", "\"Q\""},
      {"mode", "\"code\""},
      {"taskInstructions", "\"true\""},
      {"scheduleType", "\"time\""},
      {"timeInterval", "\"10\""},
      {"timeUnit", "\"minute\""},
      {"startDate", "\"\""},
      {"startHour", "\"\""},
      {"startMinute", "\"00\""},
      {"expirationDate", "\"\""},
      {"active", "true"},
      {"taskInteraction", "\"wait\""},
      {"inactivityDelay", "\"3\""},
      {"lastExecutionTime", "\"2025-11-01T06:28:04.939Z\""},
  };
  std::map<std::string, std::string> rest = extra;
  std::string text = "{";
  for (auto& [key, value] : fields) {
    const auto own = rest.find(key);
    if (own != rest.end()) {
      value = own->second;
      rest.erase(own);
    }
    if (value.empty()) continue;  // left out
    text += (text.size() > 1 ? ", \"" : "\"") + key + "\": " + value;
  }
  for (const auto& [key, value] : rest) text += ", \"" + key + "\": " + value;
  return text + "}";
}

std::unique_ptr<World> world_that_knows(const std::vector<std::string>& schedules,
                                        std::string_view seen, Config config,
                                        const std::string& zone) {
  WorldOptions options;
  options.start = at(seen);
  options.config = std::move(config);
  options.zone = zone;
  auto world = std::make_unique<World>(options);
  world->write_schedules(schedules);
  world->start_engine();
  world->kill_engine();
  return world;
}

std::vector<std::string> slots_of(const std::vector<JournalEntry>& entries) {
  std::vector<std::string> slots;
  for (const JournalEntry& entry : entries) {
    slots.push_back(entry.slot ? format_instant(*entry.slot).substr(11, 5) : "-");
  }
  return slots;
}

}  // namespace loop::sim
