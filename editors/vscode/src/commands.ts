/** The commands, and the menu behind the status bar. */

import * as vscode from "vscode";

import { currentSettings, type Connection } from "./client";
import { profileTexts } from "./names";
import { isShipped, PROFILES } from "./profiles";
import { offerSetUp } from "./setup";
import type { WorkspaceCheck } from "./workspace";

const FIX_ALL = vscode.CodeActionKind.SourceFixAll.append("keqi");

/** All commands, registered. */
export function registerCommands(
  connection: Connection,
  check: WorkspaceCheck,
  log: vscode.LogOutputChannel,
): vscode.Disposable {
  const commands: Record<string, () => unknown> = {
    "keqi.checkWorkspace": () => checkWorkspace(connection, check),
    "keqi.fixAll": () => fixAll(connection),
    "keqi.chooseProfile": () => chooseProfile(),
    "keqi.restart": () => connection.restart(),
    "keqi.showLog": () => log.show(),
    "keqi.setUp": () => offerSetUp(connection, log),
    "keqi.menu": () => menu(connection),
  };
  const registered = Object.entries(commands).map(([id, run]) => vscode.commands.registerCommand(id, run));
  return vscode.Disposable.from(...registered);
}

/** Whether the server is there; says so when it is not. */
function isReady(connection: Connection): boolean {
  if (connection.client === undefined) {
    void vscode.window.showInformationMessage(vscode.l10n.t("Keqi is not running yet. Try again in a moment."));
  }
  return connection.client !== undefined;
}

async function checkWorkspace(connection: Connection, check: WorkspaceCheck): Promise<void> {
  const { client } = connection;
  if (!isReady(connection) || client === undefined) {
    return;
  }
  if (vscode.workspace.workspaceFolders === undefined) {
    void vscode.window.showInformationMessage(vscode.l10n.t("Open a folder with replies first."));
    return;
  }
  await vscode.commands.executeCommand("workbench.actions.view.problems");
  if (currentSettings().workspaceDiagnostics && !connection.isRemote) {
    return; // its findings are there already, and kept up to date by the server
  }
  const title = vscode.l10n.t("Keqi: checking the workspace");
  const options = { location: vscode.ProgressLocation.Notification, title, cancellable: true };
  const { files, findings, failed } = await vscode.window.withProgress(options, (progress, token) =>
    check.run(client, currentSettings(), progress, token),
  );
  const told = vscode.l10n.t("Keqi: {0} files checked, {1} to improve.", files, findings);
  const missed = failed > 0 ? vscode.l10n.t(" {0} could not be checked.", failed) : "";
  void vscode.window.showInformationMessage(told + missed);
}

/** Through the editor's own way to code actions: one undo takes it all back. */
async function fixAll(connection: Connection): Promise<void> {
  const editor = vscode.window.activeTextEditor;
  if (editor === undefined || !isReady(connection)) {
    return;
  }
  const { document } = editor;
  const everything = document.validateRange(new vscode.Range(0, 0, document.lineCount, 0));
  const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
    "vscode.executeCodeActionProvider",
    document.uri,
    everything,
    FIX_ALL.value,
    1, // resolved: a server may work out the edit only when it is wanted
  );
  const edit = actions.find((action) => action.kind !== undefined && FIX_ALL.contains(action.kind))?.edit;
  if (edit === undefined) {
    vscode.window.setStatusBarMessage(vscode.l10n.t("Keqi: nothing that is safe to fix"), 5_000);
    return;
  }
  await vscode.workspace.applyEdit(edit);
}

async function chooseProfile(): Promise<void> {
  const { profile } = currentSettings();
  const { t } = vscode.l10n;
  const texts = profileTexts();
  const shipped = PROFILES.map((id) => ({ id, label: texts[id][0], description: id, detail: texts[id][1] }));
  const own = profile && !isShipped(profile) ? [{ id: profile, label: profile, description: "", detail: "" }] : [];
  const byProject = { id: "", label: t("By project"), description: "keqi.toml", detail: t("else General") };
  const items = [byProject, ...shipped, ...own].map((item) => ({ ...item, picked: item.id === profile }));
  const title = t("Keqi: which trade are the replies for?");
  const quick = vscode.window.createQuickPick<(typeof items)[number]>();
  Object.assign(quick, { title, items, matchOnDescription: true, matchOnDetail: true });
  quick.activeItems = items.filter((item) => item.picked);
  const chosen = await accepted(quick);
  if (chosen !== undefined && chosen.id !== profile) {
    await save(chosen.id);
  }
}

function accepted<T extends vscode.QuickPickItem>(quick: vscode.QuickPick<T>): Promise<T | undefined> {
  return new Promise((resolve) => {
    quick.onDidAccept(() => {
      resolve(quick.activeItems[0]);
      quick.hide();
    });
    quick.onDidHide(() => {
      resolve(undefined);
      quick.dispose();
    });
    quick.show();
  });
}

/** In the workspace's settings where there is a workspace, in the user's own where there is none. */
async function save(profile: string): Promise<void> {
  const section = vscode.workspace.getConfiguration("keqi");
  const { workspaceValue } = section.inspect<string>("profile") ?? {};
  const inWorkspace = vscode.workspace.workspaceFolders !== undefined || workspaceValue !== undefined;
  const target = inWorkspace ? vscode.ConfigurationTarget.Workspace : vscode.ConfigurationTarget.Global;
  await section.update("profile", profile || undefined, target);
}

async function menu(connection: Connection): Promise<void> {
  const { t } = vscode.l10n;
  const items = [
    { label: `$(wand) ${t("Fix everything that is safe to fix")}`, command: "keqi.fixAll" },
    { label: `$(list-unordered) ${t("Show findings")}`, command: "workbench.actions.view.problems" },
    { label: `$(arrow-swap) ${t("Choose profile")}`, command: "keqi.chooseProfile" },
    { label: `$(search) ${t("Check whole workspace")}`, command: "keqi.checkWorkspace" },
    { label: `$(refresh) ${t("Restart")}`, command: "keqi.restart" },
    { label: `$(output) ${t("Show log")}`, command: "keqi.showLog" },
    { label: `$(cloud-download) ${t("Install or repair")}`, command: "keqi.setUp" },
  ];
  const chosen = await vscode.window.showQuickPick(items, { title: `${t("Keqi")} · ${connection.place}` });
  if (chosen !== undefined) {
    await vscode.commands.executeCommand(chosen.command);
  }
}
