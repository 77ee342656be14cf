-- Runs in Neovim: `Session(file)` writes what is seen before and after a code action and after :KeqiFixAll, as JSON.
local patience = 60000

local function shown()
  local found = {}
  for _, d in ipairs(vim.diagnostic.get(0)) do
    table.insert(found, { lnum = d.lnum, col = d.col, end_col = d.end_col, source = d.source })
  end
  return found
end

local function wait_for(count)
  vim.wait(patience, function() return #vim.diagnostic.get(0) == count end, 20)
end

local function lines() return vim.api.nvim_buf_get_lines(0, 0, -1, false) end

-- The first action for the first finding, as if chosen from the menu.
local function apply_first()
  vim.ui.select = function(items, _, on_choice) on_choice(items[1], 1) end
  local first = vim.diagnostic.get(0)[1]
  vim.api.nvim_win_set_cursor(0, { first.lnum + 1, first.col })
  local before = table.concat(lines(), "\n")
  vim.lsp.buf.code_action()
  vim.wait(patience, function() return table.concat(lines(), "\n") ~= before end, 20)
end

function Session(file)
  local seen = {}
  wait_for(2)
  seen.before = shown()
  apply_first()
  seen.lines = lines()
  wait_for(1)
  seen.after = shown()
  vim.cmd("KeqiFixAll")
  wait_for(0)
  seen.mended = lines()
  local out = assert(io.open(file, "w"))
  out:write(vim.fn.json_encode(seen))
  out:close()
  vim.cmd("qa!")
end
