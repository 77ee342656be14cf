/** When keqi is not there: say so, and what one click can do about it. */

import * as vscode from "vscode";

import type { Connection } from "./client";
import { install, type Failure } from "./install";
import { pythons } from "./locate";
import { run } from "./process";

/** Tell that no server could be started, with the ways out as buttons. */
export async function offerSetUp(connection: Connection, log: vscode.LogOutputChannel): Promise<void> {
  const { t } = vscode.l10n;
  const setting = vscode.workspace.getConfiguration("keqi").get<string>("path");
  const message = setting
    ? t("Keqi: nothing that works was found at the setting keqi.path ({0}).", setting)
    : t("Keqi was not found on this machine, so drafts are not checked yet.");
  const [add, choose, team, help] = [t("Install"), t("Choose its place…"), t("Team server…"), t("Help")];
  const answer = await vscode.window.showWarningMessage(message, add, choose, team, help);
  if (answer === add) {
    await installWithConsent(connection, log);
  } else if (answer === choose) {
    await choosePlace();
  } else if (answer === team) {
    await vscode.commands.executeCommand("workbench.action.openSettings", "keqi.serverUrl");
  } else if (answer === help) {
    await vscode.commands.executeCommand("extension.open", "keqi.keqi");
  }
}

async function choosePlace(): Promise<void> {
  const title = vscode.l10n.t("keqi, or a Python that has it");
  const chosen = await vscode.window.showOpenDialog({ title, canSelectMany: false, defaultUri: vscode.Uri.file("/") });
  if (chosen?.[0] !== undefined) {
    const target = vscode.ConfigurationTarget.Global;
    await vscode.workspace.getConfiguration("keqi").update("path", chosen[0].fsPath, target);
  }
}

async function installWithConsent(connection: Connection, log: vscode.LogOutputChannel): Promise<void> {
  const { t } = vscode.l10n;
  const go = t("Download and install");
  const detail = t(
    "pip fetches keqi and what it needs (about 30 MB) into {0}. Nothing else on this machine is changed.",
    connection.ownEnvironment,
  );
  const answer = await vscode.window.showInformationMessage(t("Install keqi?"), { modal: true, detail }, go);
  if (answer !== go) {
    return;
  }
  const options = { location: vscode.ProgressLocation.Notification, title: t("Installing keqi…"), cancellable: true };
  const failure = await vscode.window.withProgress(options, (_, token) => installed(connection, log, token));
  await (failure === undefined ? useIt(connection) : explain(failure, connection, log));
}

async function installed(
  connection: Connection,
  log: vscode.LogOutputChannel,
  token: vscode.CancellationToken,
): Promise<Failure | undefined> {
  const around = await connection.surroundings();
  const stop = new AbortController();
  const subscription = token.onCancellationRequested(() => stop.abort());
  try {
    const options = { signal: stop.signal, onOutput: (text: string) => log.info(text.trimEnd()) };
    return await install(pythons(around), connection.ownEnvironment, run, around.platform, options);
  } finally {
    subscription.dispose();
  }
}

/** A setting that leads nowhere would stand before the new copy. */
async function useIt(connection: Connection): Promise<void> {
  const section = vscode.workspace.getConfiguration("keqi");
  if (section.get("path")) {
    await section.update("path", undefined, vscode.ConfigurationTarget.Global);
  }
  await connection.restart();
}

async function explain(failure: Failure, connection: Connection, log: vscode.LogOutputChannel): Promise<void> {
  const { t } = vscode.l10n;
  if (failure.kind === "no-python") {
    const download = t("Download Python");
    const message = t("Python 3.11 or newer is needed. Install it and try again.");
    if ((await vscode.window.showErrorMessage(message, download)) === download) {
      await vscode.env.openExternal(vscode.Uri.parse("https://www.python.org/downloads/"));
    }
    return;
  }
  const [again, show] = [t("Try again"), t("Show log")];
  const message =
    failure.step === "venv"
      ? t("The virtual environment could not be made. On Debian and Ubuntu install python3-venv first.")
      : t("pip could not install keqi. Check the network or pip's index; the log has its words.");
  const answer = await vscode.window.showErrorMessage(message, again, show);
  if (answer === again) {
    await installWithConsent(connection, log);
  } else if (answer === show) {
    log.show();
  }
}
