/** The connection to the language server: found or reached, started, lost, started again. */

import { homedir } from "node:os";
import { statSync } from "node:fs";
import * as vscode from "vscode";
import {
  CloseAction,
  ErrorAction,
  LanguageClient,
  RevealOutputChannelOn,
  State,
  type LanguageClientOptions,
  type Middleware,
  type ServerOptions,
} from "vscode-languageclient/node";

import { candidates, type Launch, type Surroundings } from "./locate";
import { firstWorking } from "./process";
import { delay, Losses } from "./retry";
import { forServer, needsRestart, readSettings, selector, type Settings } from "./settings";
import { connect, isExposed, shown } from "./transport";

/** How the connection stands. */
export type Standing = "starting" | "running" | "missing" | "offline" | "failed" | "stopped";

type Taken = { readonly options: ServerOptions; readonly remote: boolean };

const FIX_WORKSPACE = "keqi.fixWorkspace";

/** The settings in force for the workspace. */
export function currentSettings(): Settings {
  const section = vscode.workspace.getConfiguration("keqi");
  return readSettings((key) => section.get(key));
}

export class Connection implements vscode.Disposable {
  /** The running client; undefined while there is none. */
  client: LanguageClient | undefined;
  standing: Standing = "stopped";
  /** Where the server was found, for people. */
  place = "";
  /** Whether it is a team server, which sees drafts but no files. */
  isRemote = false;

  private settings = currentSettings();
  private readonly changed = new vscode.EventEmitter<Standing>();
  readonly onDidChange = this.changed.event;

  private turn: Promise<void> = Promise.resolve();
  private timer: NodeJS.Timeout | undefined;
  private attempt = 0;
  private losses = new Losses();

  constructor(
    private readonly log: vscode.LogOutputChannel,
    private readonly storage: vscode.Uri,
    private readonly middleware: Middleware,
  ) {}

  /** The virtual environment that this extension makes on request. */
  get ownEnvironment(): string {
    return vscode.Uri.joinPath(this.storage, "venv").fsPath;
  }

  /** Start, or start anew, once all earlier starts and stops are through. */
  restart(): Promise<void> {
    this.attempt = 0;
    this.losses = new Losses();
    return this.enqueue(() => this.startAnew());
  }

  /** Stop, once all earlier starts and stops are through. */
  stop(): Promise<void> {
    return this.enqueue(async () => {
      await this.end();
      this.become("stopped");
    });
  }

  /** Follow a change of the settings: tell the server, or start another. */
  async follow(): Promise<void> {
    const before = this.settings;
    this.settings = currentSettings();
    if (needsRestart(before, this.settings) || this.client === undefined) {
      return this.restart();
    }
    const settings = { keqi: forServer(this.settings) };
    await this.client.sendNotification("workspace/didChangeConfiguration", { settings });
  }

  /** What is known about this machine, for the search. */
  async surroundings(): Promise<Surroundings> {
    return {
      platform: process.platform,
      home: homedir(),
      setting: this.settings.path,
      folders: vscode.workspace.isTrusted ? localFolders() : [],
      path: process.env["PATH"] ?? process.env["Path"] ?? "",
      interpreter: vscode.workspace.isTrusted ? await chosenInterpreter() : undefined,
      ownEnvironment: this.ownEnvironment,
      isFile: (path) => statSync(path, { throwIfNoEntry: false })?.isFile() ?? false,
      isFolder: (path) => statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false,
    };
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.changed.dispose();
  }

  private enqueue(work: () => Promise<void>): Promise<void> {
    clearTimeout(this.timer);
    this.turn = this.turn.then(work).catch((error: unknown) => {
      this.log.error(error instanceof Error ? (error.stack ?? error.message) : String(error));
      this.become("failed");
    });
    return this.turn;
  }

  private async startAnew(): Promise<void> {
    await this.end();
    this.settings = currentSettings();
    this.become("starting");
    const taken = this.settings.serverUrl ? await this.reached() : await this.found();
    if (taken === undefined) {
      return;
    }
    const client = new QuietClient("keqi", this.log.name, taken.options, this.options());
    client.onDidChangeState(({ newState }) => {
      if (newState === State.Stopped && this.client === client) {
        this.lost(taken.remote);
      }
    });
    try {
      await client.start();
    } catch (error) {
      await client.dispose().catch(() => undefined);
      if (!taken.remote) {
        throw error;
      }
      this.tryLater();
      return;
    }
    this.client = client;
    this.isRemote = taken.remote;
    this.attempt = 0;
    this.become("running");
  }

  private async reached(): Promise<Taken | undefined> {
    const { serverUrl } = this.settings;
    this.place = shown(serverUrl);
    if (isExposed(serverUrl)) {
      this.log.warn(vscode.l10n.t("Drafts travel to {0} unencrypted; use wss:// instead of ws://.", this.place));
    }
    try {
      const transports = await connect(serverUrl);
      return { remote: true, options: () => Promise.resolve(transports) };
    } catch (error) {
      this.log.warn(`${this.place}: ${error instanceof Error ? error.message : String(error)}`);
      this.tryLater();
      return undefined;
    }
  }

  private async found(): Promise<Taken | undefined> {
    await vscode.workspace.fs.createDirectory(this.storage);
    const cwd = this.storage.fsPath;
    const ways = candidates(await this.surroundings());
    const working = await firstWorking(ways, cwd);
    if (working === undefined) {
      this.log.warn(vscode.l10n.t("keqi was not found; tried: {0}", ways.map(spelled).join(" · ") || "-"));
      this.become("missing");
      return undefined;
    }
    const { launch, version } = working;
    this.place = spelled(launch);
    this.log.info(`keqi ${version}: ${this.place}`);
    const options = { command: launch.command, args: [...launch.args, "lsp"], options: { cwd } };
    return { remote: false, options };
  }

  private options(): LanguageClientOptions {
    return {
      documentSelector: selector(this.settings.files),
      initializationOptions: forServer(this.settings),
      outputChannel: this.log,
      revealOutputChannelOn: RevealOutputChannelOn.Never,
      diagnosticCollectionName: "keqi",
      initializationFailedHandler: () => false,
      errorHandler: {
        error: () => ({ action: ErrorAction.Continue, handled: true }),
        closed: () => ({ action: CloseAction.DoNotRestart, handled: true }),
      },
      middleware: {
        ...this.middleware,
        // The palette adds an argument of its own, which the server would refuse.
        executeCommand: (command, args, next) => next(command, command === FIX_WORKSPACE ? [] : args),
        workspace: {
          configuration: async (params, token, next) => {
            const asked = await next(params, token);
            return Array.isArray(asked)
              ? asked.map((item: unknown, i) => (params.items[i]?.section === "keqi" ? forServer(this.settings) : item))
              : asked;
          },
        },
      },
    };
  }

  private lost(remote: boolean): void {
    this.client = undefined;
    if (remote) {
      this.tryLater();
    } else if (this.losses.tooMany(Date.now())) {
      this.become("failed");
    } else {
      void this.enqueue(() => this.startAnew());
    }
  }

  private tryLater(): void {
    this.become("offline");
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.enqueue(() => this.startAnew()), delay(this.attempt++));
  }

  private async end(): Promise<void> {
    const client = this.client;
    this.client = undefined; // first, so that its end is not taken for a loss
    await client?.dispose(2_000).catch(() => undefined); // it may be gone already
  }

  private offers(command: string): boolean {
    const offered = this.client?.initializeResult?.capabilities.executeCommandProvider?.commands;
    return offered?.includes(command) ?? false;
  }

  private become(standing: Standing): void {
    this.standing = standing;
    const fixesWorkspace = standing === "running" && !this.isRemote && this.offers(FIX_WORKSPACE);
    void vscode.commands.executeCommand("setContext", "keqi.fixesWorkspace", fixesWorkspace);
    this.changed.fire(standing);
  }
}

/** Failures go to the log; what the user can do about them is told once, by the extension itself. */
class QuietClient extends LanguageClient {
  override error(message: string, data?: unknown): void {
    super.error(message, data, false);
  }
}

function spelled(launch: Launch): string {
  return [launch.command, ...launch.args].join(" ");
}

function localFolders(): string[] {
  const folders = vscode.workspace.workspaceFolders ?? [];
  return folders.filter((folder) => folder.uri.scheme === "file").map((folder) => folder.uri.fsPath);
}

interface PythonExtension {
  environments?: { getActiveEnvironmentPath(): { readonly path: string } };
}

/** The interpreter chosen in the Python extension, where that is installed. */
async function chosenInterpreter(): Promise<string | undefined> {
  const extension = vscode.extensions.getExtension<PythonExtension>("ms-python.python");
  if (extension === undefined) {
    return undefined;
  }
  try {
    const path = (await extension.activate()).environments?.getActiveEnvironmentPath().path;
    return path !== undefined && /python[^\\/]*$/i.test(path) ? path : undefined;
  } catch {
    return undefined; // its failure is not ours to report
  }
}
