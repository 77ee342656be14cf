//! Tells Zed how to start `keqi lsp`.

use zed_extension_api::{self as zed, serde_json::Value, settings::LspSettings};

struct Keqi;

impl zed::Extension for Keqi {
    fn new() -> Self {
        Keqi
    }

    fn language_server_command(
        &mut self,
        id: &zed::LanguageServerId,
        worktree: &zed::Worktree,
    ) -> zed::Result<zed::Command> {
        let named = LspSettings::for_worktree(id.as_ref(), worktree)?.binary;
        let path = named.as_ref().and_then(|binary| binary.path.clone());
        let found = path.and_then(|path| worktree.which(&path).or(Some(path)));
        let command = found.or_else(|| worktree.which("keqi"));
        Ok(zed::Command {
            command: command.ok_or("没有找到 keqi：请先安装，或在设置里写明它的位置")?,
            args: named.and_then(|binary| binary.arguments).unwrap_or(vec!["lsp".into()]),
            env: worktree.shell_env(),
        })
    }

    fn language_server_initialization_options(
        &mut self,
        id: &zed::LanguageServerId,
        worktree: &zed::Worktree,
    ) -> zed::Result<Option<Value>> {
        Ok(LspSettings::for_worktree(id.as_ref(), worktree)?.initialization_options)
    }
}

zed::register_extension!(Keqi);
