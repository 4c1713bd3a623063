import { featureService, featureView, mean, parquet, sum, t } from "@lockstep/core";
import { describe, expect, it } from "vitest";
import { useLab } from "./lab.js";
import { AT, customer } from "./orders.js";

const lab = useLab();
const labels = [{ id: 7, asked: AT }];

async function totals(
  values: readonly string[],
  size: "1h" | "lifetime",
  type: "int64" | "decimal" = "int64",
  others = "",
) {
  await lab.parquet(
    "big.parquet",
    values
      .map(
        (v) =>
          `SELECT TIMESTAMP '2001-03-01 12:00:00' AS "at", 7::BIGINT AS id, ${v}::${type === "int64" ? "BIGINT" : "DECIMAL(38,2)"} AS amount`,
      )
      .join(" UNION ALL ") + others,
  );
  const amount = type === "int64" ? t.int64() : t.decimal(38, 2);
  const source = parquet("big", {
    path: "big.parquet",
    columns: { at: t.timestamp(), id: t.int64(), amount },
    eventTime: "at",
  });
  const over = size as "1h";
  const view = featureView("spending", {
    entity: customer,
    source,
    features: (f) => ({ total: sum(f.amount as never).over(over), mean: mean(f.amount as never).over(over) }),
  });
  return (picked: "total" | "mean") =>
    lab.rows(featureService("s", [view.pick(picked)]), { labels, timestamp: "asked" });
}
const MAX = "9223372036854775807";

describe("a sum", () => {
  it.each(["1h", "lifetime"] as const)(
    "over %s that does not fit 64 bits is an error that names the feature and the key",
    async (size) => {
      const rows = await totals([MAX, "1"], size);
      await expect(rows("total")).rejects.toThrow("AGGREGATE_OVERFLOW: spending.total for key 7");
      await expect(rows("total")).rejects.toMatchObject({
        diagnostics: [{ code: "AGGREGATE_OVERFLOW", what: "spending.total for key 7" }],
      });
      // The mean of the same values needs no more than 128 bits on the way.
      expect((await rows("mean"))[0]).toMatchObject({ spending__mean: 2 ** 62 });
    },
  );

  it("may pass beyond 64 bits and come back", async () => {
    expect((await (await totals([MAX, MAX, `-${MAX}`], "1h"))("total"))[0]).toMatchObject({
      spending__total: 2n ** 63n - 1n,
    });
    expect((await (await totals([`-${MAX}`, "-1"], "1h"))("total"))[0]).toMatchObject({
      spending__total: -(2n ** 63n),
    });
  });

  it("of decimals that does not fit 38 digits is an error that names the feature and the key", async () => {
    const most = `'${"9".repeat(36)}.99'`;
    await expect((await totals([most, "'0.01'"], "1h", "decimal"))("total")).rejects.toMatchObject({
      diagnostics: [{ code: "AGGREGATE_OVERFLOW", what: "spending.total for key 7" }],
    });
    expect((await (await totals([most], "1h", "decimal"))("total"))[0]).toMatchObject({
      spending__total: `${"9".repeat(36)}.99`,
    });
  });

  describe.each(["1h", "lifetime"] as const)("of decimals over %s that leaves 128 bits", (size) => {
    const most = `'${"9".repeat(36)}.99'`;
    // Key 8 has greater amounts in all, which no window sums.
    const others = [1, 2, 3].map(
      (day) => ` UNION ALL SELECT TIMESTAMP '2002-03-0${day} 12:00:00', 8::BIGINT, ${most}::DECIMAL(38,2)`,
    );

    it.each(["total", "mean"] as const)("is an error that names the feature and the key: %s", async (picked) => {
      const rows = await totals([most, most], size, "decimal", others.join(""));
      await expect(rows(picked)).rejects.toMatchObject({
        diagnostics: [{ code: "AGGREGATE_OVERFLOW", what: `spending.${picked} for key 7` }],
      });
    });
  });
});
