/** The profiles that keqi ships, in the order in which they are offered. */

export const PROFILES = [
  "general",
  "hotline",
  "e-commerce",
  "hotel",
  "property",
  "bank",
  "medical",
  "government",
] as const;

export type Profile = (typeof PROFILES)[number];

export function isShipped(profile: string): profile is Profile {
  return (PROFILES as readonly string[]).includes(profile);
}
