-- 客气 for Neovim 0.7 (Debian 12). Put this file into ~/.config/nvim/plugin/.
-- 把本文件放进 ~/.config/nvim/plugin/ 即可；0.8 以上请用 keqi.lua。
local cmd = { "keqi", "lsp" } -- 找不到时写全路径，例如 "/home/me/keqi/.venv/bin/keqi"
local filetypes = { "text", "markdown", "json", "jsonl", "yaml", "csv", "tsv", "html", "toml", "jproperties", "po" }
local init_options = {
  -- profile = "hotline", -- 行业；不写就按 keqi.toml，没有就是通用
  -- locale = "en", -- messages in English
}

local client -- one for all buffers
vim.api.nvim_create_autocmd("FileType", {
  pattern = filetypes,
  group = vim.api.nvim_create_augroup("keqi", {}),
  callback = function(args)
    if not client or vim.lsp.client_is_stopped(client) then
      client = vim.lsp.start_client({
        name = "keqi",
        cmd = cmd,
        init_options = next(init_options) and init_options or nil,
        root_dir = vim.fn.getcwd(),
      })
    end
    vim.lsp.buf_attach_client(args.buf, client)
  end,
})

-- 全部改好：:KeqiFixAll，再选 1
vim.api.nvim_create_user_command("KeqiFixAll", function()
  vim.lsp.buf.code_action({ only = { "source.fixAll.keqi" }, diagnostics = {} })
end, { desc = "修正全部可放心修改的用语" })
