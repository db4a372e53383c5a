// SPDX-License-Identifier: MIT
// The JSON form of an agent's definition as an intent has it.
#pragma once

#include "loop/engine/run_record.h"
#include "run_record_fields.hpp"

namespace loop {

boost::json::object agent_value(const AgentDefinition& agent);
AgentDefinition read_agent(JsonFields& fields);

SandboxProfile read_profile(JsonFields& fields, std::string_view key);

}  // namespace loop
