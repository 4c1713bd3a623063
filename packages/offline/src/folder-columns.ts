import { duckdb } from "@lockstep/compiler";
import type { NamedType, SourceIR } from "@lockstep/core";
import type { Database } from "./database.js";

/** The declared columns that stand in the names of a source's folders, `day=2001-03-01`, as its first file has them. */
export async function folderColumns(db: Database, path: string, source: SourceIR): Promise<NamedType[]> {
  const names = new Set(foldersOf((await firstFile(db, path)) ?? path));
  return source.columns
    .map((column) => ({ name: column.from ?? column.name, type: column.type }))
    .filter(({ name }) => names.has(name));
}

async function firstFile(db: Database, path: string): Promise<string | null> {
  if (!/[*?[]/.test(path)) return null;
  const [found] = await db.rows(`SELECT file FROM glob(${duckdb.text(path)}) ORDER BY file LIMIT 1`);
  return found === undefined ? null : String(found["file"]);
}

const foldersOf = (file: string): string[] =>
  file
    .split(/[/\\]/)
    .slice(0, -1)
    .flatMap((folder) => /^([^=]+)=/.exec(folder)?.[1] ?? []);
