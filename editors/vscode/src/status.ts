/** The status bar: how many findings the active editor has, and the profile. */

import * as vscode from "vscode";

import { currentSettings, type Connection } from "./client";
import { profileName } from "./names";
import { selector } from "./settings";
import { ownFindings } from "./workspace";

export class Status implements vscode.Disposable {
  private readonly count = vscode.window.createStatusBarItem("keqi.count", vscode.StatusBarAlignment.Right, 101);
  private readonly profile = vscode.window.createStatusBarItem("keqi.profile", vscode.StatusBarAlignment.Right, 100);
  private readonly subscriptions: vscode.Disposable[];

  constructor(private readonly connection: Connection) {
    this.count.name = vscode.l10n.t("Keqi: findings");
    this.profile.name = vscode.l10n.t("Keqi: profile");
    this.profile.command = "keqi.chooseProfile";
    const refresh = (): void => this.refresh();
    this.subscriptions = [
      connection.onDidChange(refresh),
      vscode.window.onDidChangeActiveTextEditor(refresh),
      vscode.languages.onDidChangeDiagnostics(refresh),
      vscode.workspace.onDidChangeConfiguration(refresh),
      vscode.workspace.onDidOpenTextDocument(refresh), // also fires when a document's language changes
    ];
    refresh();
  }

  dispose(): void {
    vscode.Disposable.from(...this.subscriptions, this.count, this.profile).dispose();
  }

  private refresh(): void {
    const editor = vscode.window.activeTextEditor;
    const settings = currentSettings();
    const ours = editor !== undefined && vscode.languages.match(selector(settings.files), editor.document) > 0;
    if (!ours) {
      this.count.hide();
      this.profile.hide();
      return;
    }
    this.showCount(editor.document.uri);
    this.profile.text = vscode.l10n.t("Profile: {0}", profileName(settings.profile));
    this.profile.tooltip = vscode.l10n.t("Keqi: choose the profile");
    this.profile.show();
    this.count.show();
  }

  private showCount(uri: vscode.Uri): void {
    const { t } = vscode.l10n;
    const { standing, place } = this.connection;
    const found = ownFindings(uri).length;
    const running = found > 0 ? `$(comment-discussion) ${t("Keqi")} ${found}` : `$(check) ${t("Keqi")}`;
    const looks = {
      starting: [`$(loading~spin) ${t("Keqi")}`, t("Keqi is starting"), "keqi.menu"],
      running: [running, verdict(found), "keqi.menu"],
      missing: [`$(warning) ${t("Keqi")}`, t("keqi is not installed here; click to set it up"), "keqi.setUp"],
      offline: [`$(debug-disconnect) ${t("Keqi")}`, t("{0} cannot be reached; trying again", place), "keqi.menu"],
      failed: [`$(error) ${t("Keqi")}`, t("Keqi has stopped; click to see what can be done"), "keqi.menu"],
      stopped: [`$(circle-slash) ${t("Keqi")}`, t("Keqi has stopped"), "keqi.menu"],
    } as const;
    const [text, tooltip, command] = looks[standing];
    this.count.text = text;
    this.count.tooltip = standing === "running" ? `${tooltip}\n${place}` : tooltip;
    this.count.command = command;
    const wrong = standing === "missing" || standing === "failed" || standing === "offline";
    this.count.backgroundColor = wrong ? new vscode.ThemeColor("statusBarItem.warningBackground") : undefined;
  }
}

function verdict(found: number): string {
  return found === 0 ? vscode.l10n.t("Nothing to improve") : vscode.l10n.t("{0} to improve", found);
}
