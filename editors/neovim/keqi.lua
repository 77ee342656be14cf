-- 客气 for Neovim 0.8 or newer. Put this file into ~/.config/nvim/plugin/ (Windows: ~/AppData/Local/nvim/plugin/).
-- 把本文件放进 ~/.config/nvim/plugin/ 即可；0.7 请用 keqi-0.7.lua。
local config = {
  cmd = { "keqi", "lsp" }, -- 找不到时写全路径，例如 "/home/me/keqi/.venv/bin/keqi"
  filetypes = { "text", "markdown", "json", "jsonl", "yaml", "csv", "tsv", "html", "toml", "jproperties", "po" },
  root_markers = { "keqi.toml", ".git" },
  init_options = {
    -- profile = "hotline", -- 行业；不写就按 keqi.toml，没有就是通用
    -- locale = "en", -- messages in English
  },
}

if vim.lsp.config then -- 0.11
  vim.lsp.config("keqi", config)
  vim.lsp.enable("keqi")
else -- 0.8 to 0.10
  vim.api.nvim_create_autocmd("FileType", {
    pattern = config.filetypes,
    group = vim.api.nvim_create_augroup("keqi", {}),
    callback = function(args)
      local marker = vim.fs.find(config.root_markers, { upward = true, path = vim.fs.dirname(args.file) })[1]
      vim.lsp.start({
        name = "keqi",
        cmd = config.cmd,
        init_options = config.init_options,
        root_dir = marker and vim.fs.dirname(marker) or nil,
      })
    end,
  })
end

-- 全部改好：:KeqiFixAll
vim.api.nvim_create_user_command("KeqiFixAll", function()
  vim.lsp.buf.code_action({ context = { only = { "source.fixAll.keqi" }, diagnostics = {} }, apply = true })
end, { desc = "修正全部可放心修改的用语" })
