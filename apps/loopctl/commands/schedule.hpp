// SPDX-License-Identifier: MIT
// The handlers of `loopctl schedule`, and what they share.
#pragma once

#include "invocation.hpp"

namespace loopctl {

loop::Result<ExitCode> schedule_list(Invocation& call);
loop::Result<ExitCode> schedule_show(Invocation& call);
loop::Result<ExitCode> schedule_next(Invocation& call);

loop::Result<ExitCode> schedule_add(Invocation& call);
loop::Result<ExitCode> schedule_edit(Invocation& call);
loop::Result<ExitCode> schedule_enable(Invocation& call);
loop::Result<ExitCode> schedule_disable(Invocation& call);
loop::Result<ExitCode> schedule_pause(Invocation& call);
loop::Result<ExitCode> schedule_resume(Invocation& call);
loop::Result<ExitCode> schedule_delete(Invocation& call);

loop::Result<ExitCode> schedule_trigger(Invocation& call);

// By id or exact name; not_found with a suggestion among ids and names.
loop::Result<loop::Schedule> find_schedule(const loop::ScheduleBook& book,
                                           const std::string& id_or_name);

}  // namespace loopctl
