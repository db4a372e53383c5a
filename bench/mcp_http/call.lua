-- SPDX-License-Identifier: MIT
-- wrk's request: one call of the tool in a session. An answer that is not the tool's is counted.
local wrong = 0
local threads = {}

function setup(thread)
  table.insert(threads, thread)
end

function init(args)
  wrk.method = "POST"
  wrk.body = '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"greet","arguments":{"name":"you"}}}'
  wrk.headers["Content-Type"] = "application/json"
  wrk.headers["Accept"] = "application/json, text/event-stream"
  wrk.headers["MCP-Protocol-Version"] = "2025-11-25"
  wrk.headers["Mcp-Session-Id"] = args[1]
  wrong_answers = 0
end

function response(status, headers, body)
  if status ~= 200 or not body:find("Hello, you!", 1, true) then
    wrong_answers = wrong_answers + 1
  end
end

function done(summary, latency, requests)
  for _, thread in ipairs(threads) do
    wrong = wrong + thread:get("wrong_answers")
  end
  io.write(string.format("RESULT %d %d %d %d\n", summary.requests, summary.duration,
    latency:percentile(99), wrong))
end
