import { usage } from "../usage-error.js";

/** The key of `--key origin=ORD,destination=SFO`. A comma within a value is not taken for the next part. */
export function keyOption(text: string, before: readonly Readonly<Record<string, string>>[] = []) {
  const parts = text.split(/,(?=[A-Za-z_]\w*=)/).map((part) => {
    const at = part.indexOf("=");
    if (at < 1) throw usage(`'${part}' is not of the form name=value`, "write --key origin=ORD,destination=SFO");
    return [part.slice(0, at), part.slice(at + 1)] as const;
  });
  return [...before, Object.fromEntries(parts)];
}
