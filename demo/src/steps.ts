const colors = process.stdout.isTTY && !process.env["NO_COLOR"];
const paint = (code: number, text: string) => (colors ? `\u001b[${code}m${text}\u001b[0m` : text);
export const dim = (text: string): string => paint(2, text);
export const bold = (text: string): string => paint(1, text);

export const say = (text = ""): void => {
  process.stdout.write(`${text}\n`);
};

let number = 0;

/** Runs one step: its title, what it says, and how long it took. */
export async function step<T>(title: string, work: (progress: Progress) => Promise<T>): Promise<T> {
  number++;
  say(bold(`${number}. ${title}`));
  const started = performance.now();
  const progress = progressOn(process.stderr);
  try {
    return await work(progress);
  } finally {
    progress.clear();
    say(dim(`   ${((performance.now() - started) / 1000).toFixed(1)} s`));
    say();
  }
}

export interface Progress {
  update(fraction: number, text: string): void;
  clear(): void;
}

/** A bar on a terminal; elsewhere a line every few seconds. */
function progressOn(out: NodeJS.WriteStream): Progress {
  let last = performance.now();
  return {
    update(fraction, text) {
      const percent = `${Math.round(Math.min(1, Math.max(0, fraction)) * 100)}`.padStart(3);
      if (out.isTTY) {
        const full = Math.round(Math.min(1, Math.max(0, fraction)) * 30);
        out.write(`\r   [${"#".repeat(full)}${".".repeat(30 - full)}] ${percent} % ${text}\u001b[K`);
      } else if (performance.now() - last > 3000) {
        last = performance.now();
        out.write(`   ${percent} % ${text}\n`);
      }
    },
    clear() {
      if (out.isTTY) out.write("\r\u001b[K");
    },
  };
}

export const count = (n: number): string => n.toLocaleString("en-US");
