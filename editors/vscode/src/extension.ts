/** Start and end of the extension: what is made, and what hears of what. */

import * as vscode from "vscode";

import { Connection } from "./client";
import { registerCommands } from "./commands";
import { offerSetUp } from "./setup";
import { Status } from "./status";
import { WorkspaceCheck } from "./workspace";

let connection: Connection | undefined;

export function activate(context: vscode.ExtensionContext): void {
  const log = vscode.window.createOutputChannel(vscode.l10n.t("Keqi"), { log: true });
  const check = new WorkspaceCheck();
  const made = new Connection(log, context.globalStorageUri, check.middleware);
  connection = made;
  context.subscriptions.push(
    log,
    check,
    made,
    new Status(made),
    registerCommands(made, check, log),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration("keqi")) {
        void made.follow();
      }
    }),
    vscode.workspace.onDidGrantWorkspaceTrust(() => void made.restart()),
    tellOnce(made, log),
  );
  // Not awaited: the editor must not wait for a server to start.
  void made.restart();
}

export async function deactivate(): Promise<void> {
  await connection?.stop();
}

/** Tells of what the user has to do something about, once until it is mended. */
function tellOnce(made: Connection, log: vscode.LogOutputChannel): vscode.Disposable {
  let told = "";
  return made.onDidChange((standing) => {
    if (standing === "missing" && told !== standing) {
      void offerSetUp(made, log);
    } else if (standing === "failed" && told !== standing) {
      void offerRestart(made, log);
    }
    told = standing === "starting" ? told : standing;
  });
}

async function offerRestart(made: Connection, log: vscode.LogOutputChannel): Promise<void> {
  const [again, show] = [vscode.l10n.t("Restart"), vscode.l10n.t("Show log")];
  const message = vscode.l10n.t("Keqi stopped unexpectedly, and drafts are not checked now.");
  const answer = await vscode.window.showErrorMessage(message, again, show);
  if (answer === again) {
    await made.restart();
  } else if (answer === show) {
    log.show();
  }
}
