import { type FileHandle, mkdir, open } from "node:fs/promises";
import { join } from "node:path";
import { ByteWriter } from "../byte-writer.js";
import { blockOf } from "./blocks.js";
import {
  type Asked,
  encodeAnswer,
  encodeDropped,
  encodeShape,
  type OpenShape,
  shapeOf,
  type TracedAnswer,
} from "./encode-record.js";
import { fileName, removeOldest } from "./log-files.js";

export interface ServingLogOptions {
  readonly folder: string;
  /** Which part of the answers is kept, 0 to 1. */
  readonly sample: number;
  /** A file is followed by another one at this size. Default 64 MB. */
  readonly maxBytes?: number;
  /** The oldest files are removed beyond this size of all. Default 1 GB. */
  readonly keepBytes?: number;
  /** What waits to be written is not more than this: answers beyond it are dropped. Default 8 MB. */
  readonly bufferBytes?: number;
  /** How long an answer waits at most before it is written. Default 200. */
  readonly flushMs?: number;
  /** Told when writing begins to fail. */
  readonly onError?: (error: unknown) => void;
  readonly random?: () => number;
}

export interface ServingLogState {
  /** Answers in files. */
  readonly logged: number;
  /** Answers that were to be kept and were not: too much waited to be written, or writing failed. */
  readonly dropped: number;
  readonly bytes: number;
  /** Why the last write failed; null: it did not. */
  readonly error: string | null;
}

/** Keeps a sample of answers. Nothing here fails an answer or makes it wait. */
export interface ServingLog {
  /** Whether the next answer is to be kept. */
  wanted(): boolean;
  add(answer: TracedAnswer, asked: Asked): void;
  state(): ServingLogState;
  /** Writes what waits. */
  flush(): Promise<void>;
  close(): Promise<void>;
}

const MB = 1_000_000;
/** What is written at once. */
const BLOCK = 64_000;
/** How many answers wait to be encoded: a turn's. */
const MOST_WAITING = 10_000;

export function openServingLog(options: ServingLogOptions): ServingLog {
  return new Log(options);
}

class Log implements ServingLog {
  readonly #out = new ByteWriter();
  readonly #random: () => number;
  readonly #process = `${process.pid}-${Math.random().toString(36).slice(2, 8)}`;
  #waiting: { readonly answer: TracedAnswer; readonly asked: Asked }[] = [];
  #soon = false;
  /** Encoded, and not yet written. */
  #pieces: Uint8Array[] = [];
  #pieceBytes = 0;
  #pieceAnswers = 0;
  #writingBytes = 0;
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();
  /** Of the block that is being filled: each tells its own, so that one that is lost takes nothing else along. */
  #shapes = new Map<object, OpenShape>();
  #file: FileHandle | null = null;
  #fileBytes = 0;
  #files = 0;
  #logged = 0;
  #dropped = 0;
  #toldDropped = 0;
  #bytes = 0;
  #error: string | null = null;
  #closed = false;

  constructor(private readonly options: ServingLogOptions) {
    this.#random = options.random ?? Math.random;
  }

  wanted(): boolean {
    const { sample } = this.options;
    return sample > 0 && (sample >= 1 || this.#random() < sample);
  }

  add(answer: TracedAnswer, asked: Asked): void {
    const full = this.#pieceBytes + this.#writingBytes >= (this.options.bufferBytes ?? 8 * MB);
    if (full || this.#closed || this.#waiting.length >= MOST_WAITING) {
      this.#dropped++;
      return;
    }
    this.#waiting.push({ answer, asked });
    if (this.#soon) return;
    this.#soon = true;
    // After the answers of this turn have gone out.
    setImmediate(() => this.#encode());
  }

  state(): ServingLogState {
    return { logged: this.#logged, dropped: this.#dropped, bytes: this.#bytes, error: this.#error };
  }

  async flush(): Promise<void> {
    this.#encode();
    this.#write();
    await this.#writing;
  }

  async close(): Promise<void> {
    await this.flush();
    this.#closed = true;
    clearTimeout(this.#timer);
    await this.#endFile();
  }

  #encode(): void {
    this.#soon = false;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const { answer, asked } of waiting) {
      try {
        this.#put(answer, asked);
      } catch (error) {
        this.#dropped++;
        this.#failed(error);
      }
    }
    if (this.#pieceBytes >= BLOCK) this.#write();
    else if (this.#pieceBytes > 0 && !this.#timer) {
      this.#timer = setTimeout(() => this.#write(), this.options.flushMs ?? 200);
      this.#timer.unref();
    }
  }

  #put(answer: TracedAnswer, asked: Asked): void {
    const { views } = answer.origin;
    let shape = this.#shapes.get(views);
    this.#out.begin();
    if (!shape) {
      shape = encodeShape(this.#out, this.#shapes.size, shapeOf(answer));
      this.#keep();
      this.#shapes.set(views, shape);
      this.#out.begin();
    }
    encodeAnswer(this.#out, shape, answer, asked);
    this.#keep();
    this.#pieceAnswers++;
    if (this.#pieceBytes >= BLOCK) this.#write();
  }

  #keep(): void {
    const piece = this.#out.take();
    this.#pieces.push(piece);
    this.#pieceBytes += piece.length;
  }

  /** Hands what is encoded to the file, after what was handed to it before. */
  #write(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#dropped > this.#toldDropped) {
      this.#out.begin();
      encodeDropped(this.#out, this.#dropped - this.#toldDropped, Date.now());
      this.#toldDropped = this.#dropped;
      this.#keep();
    }
    if (this.#pieces.length === 0) return;
    const block = blockOf(this.#pieces);
    const answers = this.#pieceAnswers;
    this.#pieces = [];
    this.#pieceBytes = 0;
    this.#pieceAnswers = 0;
    this.#shapes = new Map();
    this.#writingBytes += block.length;
    this.#writing = this.#writing.then(async () => {
      try {
        await this.#append(block);
        this.#logged += answers;
        this.#bytes += block.length;
        this.#error = null;
      } catch (error) {
        this.#dropped += answers;
        await this.#endFile();
        this.#failed(error);
      } finally {
        this.#writingBytes -= block.length;
      }
    });
  }

  async #append(block: Buffer): Promise<void> {
    const { folder, keepBytes = 1000 * MB, maxBytes = 64 * MB } = this.options;
    if (!this.#file) {
      await mkdir(folder, { recursive: true });
      await removeOldest(folder, keepBytes);
      this.#file = await open(join(folder, fileName(new Date(), this.#process, ++this.#files)), "ax");
      this.#fileBytes = 0;
    }
    await this.#file.appendFile(block);
    this.#fileBytes += block.length;
    if (this.#fileBytes >= maxBytes) await this.#endFile();
  }

  async #endFile(): Promise<void> {
    const file = this.#file;
    this.#file = null;
    await file?.close().catch(() => {});
  }

  #failed(error: unknown): void {
    const text = String(error);
    if (this.#error !== text) this.options.onError?.(error);
    this.#error = text;
  }
}
