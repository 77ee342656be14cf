/** Checking files that no editor has open. */

import * as vscode from "vscode";
import {
  LSPErrorCodes,
  ResponseError,
  type Diagnostic,
  type LanguageClient,
  type Middleware,
} from "vscode-languageclient/node";

import { searched, type Settings } from "./settings";

const MOST_FILES = 5_000;
const LARGEST_BYTES = 2_000_000;
const PATIENCE_MS = 60_000;
const AT_ONCE = 4;
const TRIES = 20;
const EXCLUDED = "**/{node_modules,.git,.venv,.cache}/**";

/** The outcome of a check of the workspace. */
export interface Tally {
  readonly files: number;
  readonly findings: number;
  /** Files that could not be read or checked. */
  readonly failed: number;
}

interface Report {
  readonly items?: Diagnostic[];
}

/**
 * Shows files to the server as if they were open, one after the other, and keeps the findings.
 *
 * Works with servers that have no access to the files, too. What an editor has open is left to it.
 */
export class WorkspaceCheck implements vscode.Disposable {
  private readonly findings = vscode.languages.createDiagnosticCollection("keqi-workspace");
  private readonly waiting = new Map<string, (diagnostics: vscode.Diagnostic[]) => void>();
  private readonly subscription = vscode.workspace.onDidOpenTextDocument(({ uri }) => this.handOver(uri));

  /** Keeps pushed findings for files under check out of the client's own collection. */
  readonly middleware: Middleware = {
    handleDiagnostics: (uri, diagnostics, next) => {
      const take = this.waiting.get(uri.toString());
      if (take === undefined) {
        next(uri, diagnostics);
      } else {
        take(diagnostics);
      }
    },
  };

  /** Check all files of the workspace that are not open. */
  async run(
    client: LanguageClient,
    settings: Settings,
    progress: vscode.Progress<{ message: string; increment: number }>,
    token: vscode.CancellationToken,
  ): Promise<Tally> {
    this.findings.clear();
    const files = await filesToCheck(settings);
    const queue = [...files];
    let failed = 0;
    const work = async (): Promise<void> => {
      for (let uri = queue.shift(); uri !== undefined && !token.isCancellationRequested; uri = queue.shift()) {
        const message = vscode.workspace.asRelativePath(uri);
        progress.report({ message, increment: 100 / files.length });
        failed += (await this.check(client, uri)) ? 0 : 1;
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    return { files: files.length - queue.length, findings: findingsIn(files), failed };
  }

  dispose(): void {
    this.subscription.dispose();
    this.findings.dispose();
  }

  /** From now on an editor has the file open, and its findings come from there. */
  private handOver(uri: vscode.Uri): void {
    this.findings.delete(uri);
    this.waiting.delete(uri.toString());
  }

  /** Whether the file could be checked. */
  private async check(client: LanguageClient, uri: vscode.Uri): Promise<boolean> {
    if (isOpen(uri)) {
      return true;
    }
    try {
      const text = await contents(uri);
      this.findings.set(uri, await this.shownTo(client, uri, text));
      return true;
    } catch {
      return false; // counted and told at the end; one bad file must not end the check
    }
  }

  private async shownTo(client: LanguageClient, uri: vscode.Uri, text: string): Promise<vscode.Diagnostic[]> {
    const spelled = client.code2ProtocolConverter.asUri(uri);
    const pushed = new Promise<vscode.Diagnostic[]>((take) => this.waiting.set(uri.toString(), take));
    const textDocument = { uri: spelled, languageId: languageOf(uri), version: 0, text };
    await client.sendNotification("textDocument/didOpen", { textDocument });
    try {
      const pulls = client.initializeResult?.capabilities.diagnosticProvider !== undefined;
      return await inTime(pulls ? pull(client, spelled) : pushed);
    } finally {
      this.waiting.delete(uri.toString());
      if (!isOpen(uri)) {
        await client.sendNotification("textDocument/didClose", { textDocument: { uri: spelled } });
      }
    }
  }
}

async function pull(client: LanguageClient, uri: string): Promise<vscode.Diagnostic[]> {
  for (let tries = 1; ; tries += 1) {
    try {
      const { items } = await client.sendRequest<Report>("textDocument/diagnostic", { textDocument: { uri } });
      return await client.protocol2CodeConverter.asDiagnostics(items ?? []);
    } catch (error) {
      if (!isPutOff(error) || tries === TRIES) {
        throw error;
      }
    }
  }
}

/** Whether the server asks to be asked again. */
function isPutOff(error: unknown): boolean {
  const again = error instanceof ResponseError && error.code === LSPErrorCodes.ServerCancelled;
  return again && (error.data as { retriggerRequest?: boolean } | undefined)?.retriggerRequest === true;
}

/** `answer`, or a rejection when it takes too long. */
async function inTime<T>(answer: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error("no answer")), PATIENCE_MS);
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}

async function filesToCheck(settings: Settings): Promise<vscode.Uri[]> {
  const found = await Promise.all(
    searched(settings.files).map((glob) => vscode.workspace.findFiles(glob, EXCLUDED, MOST_FILES)),
  );
  const unique = new Map(found.flat().map((uri) => [uri.toString(), uri]));
  return [...unique.values()].sort((a, b) => a.path.localeCompare(b.path)).slice(0, MOST_FILES);
}

function isOpen(uri: vscode.Uri): boolean {
  return vscode.workspace.textDocuments.some((document) => document.uri.toString() === uri.toString());
}

function findingsIn(files: readonly vscode.Uri[]): number {
  return files.reduce((sum, uri) => sum + ownFindings(uri).length, 0);
}

/** The findings of keqi that are shown for a document. */
export function ownFindings(uri: vscode.Uri): vscode.Diagnostic[] {
  return vscode.languages.getDiagnostics(uri).filter((diagnostic) => diagnostic.source === "keqi");
}

/** The text of a file: UTF-8, or else GB18030, as older Chinese programs write. Rejects for other files. */
async function contents(uri: vscode.Uri): Promise<string> {
  const { size } = await vscode.workspace.fs.stat(uri);
  if (size > LARGEST_BYTES) {
    throw new Error("too large");
  }
  const bytes = await vscode.workspace.fs.readFile(uri);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder("gb18030", { fatal: true }).decode(bytes);
  }
}

const LANGUAGES: Readonly<Record<string, string>> = {
  txt: "plaintext",
  md: "markdown",
  markdown: "markdown",
  yml: "yaml",
  htm: "html",
};

function languageOf(uri: vscode.Uri): string {
  const suffix = /\.([^./]+)$/.exec(uri.path)?.[1]?.toLowerCase() ?? "txt";
  return LANGUAGES[suffix] ?? suffix;
}
