/** What profiles are called, in the language of the editor. */

import * as vscode from "vscode";

import { isShipped, type Profile } from "./profiles";

/** Title and description of each profile that keqi ships. */
export function profileTexts(): Record<Profile, readonly [string, string]> {
  const { t } = vscode.l10n;
  return {
    general: [t("General"), t("everything")],
    hotline: [t("Hotline"), t("call centres: no 亲, no colloquial words")],
    "e-commerce": [t("Web shop"), t("亲, 哦 and 呢 are welcome")],
    hotel: [t("Hotel and catering"), t("先生 and 女士; nobody is called old")],
    property: [t("Property management"), t("no 亲; 大爷 and 李奶奶 are fine")],
    bank: [t("Bank, insurance, securities"), t("as the hotline; no promised results")],
    medical: [t("Hospital and pharmacy"), t("as the hotline; no promised cures")],
    government: [t("Government services"), t("as the hotline; no promised outcome")],
  };
}

/** The name of a profile: the title of a shipped one, and what the user wrote of any other. */
export function profileName(profile: string): string {
  if (profile === "") {
    return vscode.l10n.t("by project");
  }
  return isShipped(profile) ? profileTexts()[profile][0] : profile;
}
