/** Of the browsers' extension interface, what is used here. */

interface Sender {
  readonly id?: string;
}

interface ScriptTarget {
  readonly tabId: number;
  readonly allFrames?: boolean;
}

interface StorageArea {
  get(): Promise<Record<string, unknown>>;
  set(values: object): Promise<void>;
}

interface WebExtension {
  readonly runtime: {
    readonly id: string;
    getURL(path: string): string;
    openOptionsPage(): Promise<void>;
    sendMessage(message: unknown): Promise<unknown>;
    readonly onInstalled: { addListener(listen: () => void): void };
    readonly onStartup: { addListener(listen: () => void): void };
    readonly onMessage: {
      addListener(listen: (message: unknown, sender: Sender, reply: (answer: unknown) => void) => boolean | void): void;
    };
  };
  readonly storage: {
    readonly local: StorageArea & { readonly onChanged: { addListener(listen: () => void): void } };
    /** Until the browser closes; no page's script sees it. */
    readonly session: StorageArea & { remove(name: string): Promise<void> };
  };
  readonly permissions: {
    request(wanted: { origins: string[] }): Promise<boolean>;
    remove(dropped: { origins: string[] }): Promise<boolean>;
    readonly onAdded: { addListener(listen: (added: { origins?: string[] }) => void): void };
    readonly onRemoved: { addListener(listen: (dropped: { origins?: string[] }) => void): void };
  };
  readonly scripting: {
    getRegisteredContentScripts(): Promise<{ id: string }[]>;
    registerContentScripts(scripts: object[]): Promise<void>;
    unregisterContentScripts(): Promise<void>;
    executeScript(what: { target: ScriptTarget; files: string[] }): Promise<unknown>;
    insertCSS(what: { target: ScriptTarget; files: string[] }): Promise<unknown>;
  };
  readonly tabs: { query(which: object): Promise<{ id?: number; url?: string }[]> };
  readonly i18n: { getMessage(name: string, filled?: string): string; getUILanguage(): string };
}

declare const chrome: WebExtension;
