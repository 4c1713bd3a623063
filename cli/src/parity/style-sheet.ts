/** The page's looks. Colors follow the reader's system, light or dark; parts of charts differ in lightness too. */
export const STYLE_SHEET = `
:root { color-scheme: light dark; --bg: #ffffff; --fg: #1c2024; --soft: #5b6570; --line: #dfe3e8; --panel: #f5f7f9;
  --ok: #1f7a4d; --okay: #7cc4a0; --rest: #c3ccd6; --warn: #b7791f; --bad: #c0362c; --deep: #6b1f7c; --link: #2563a8; }
@media (prefers-color-scheme: dark) { :root { --bg: #14181c; --fg: #e6e9ec; --soft: #9aa5b0; --line: #2d343b;
  --panel: #1c2126; --ok: #4cc38a; --okay: #2f7d59; --rest: #46505a; --warn: #e0a54a; --bad: #f0736a; --deep: #c38ad6; --link: #7db4f0; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 1080px; padding: 32px 24px 64px; background: var(--bg); color: var(--fg);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
h1 { font-size: 24px; margin: 0 0 4px; } h2 { font-size: 17px; margin: 40px 0 8px; } h3 { font-size: 15px; margin: 20px 0 4px; }
p { margin: 4px 0; } .soft { color: var(--soft); }
.verdict { display: inline-block; margin: 16px 0 0; padding: 8px 14px; border-radius: 6px; border: 1px solid; font-weight: 600; }
.agrees { color: var(--ok); } .explained, .nothing { color: var(--warn); } .wrong { color: var(--bad); }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(140px, 1fr)); gap: 12px; margin: 20px 0 0; padding: 0; list-style: none; }
.tiles li { background: var(--panel); border: 1px solid var(--line); border-radius: 6px; padding: 10px 14px; }
.tiles b { display: block; font-size: 21px; font-variant-numeric: tabular-nums; } .tiles span { color: var(--soft); font-size: 13px; }
.scroll { overflow-x: auto; } table { border-collapse: collapse; width: 100%; font-size: 14px; }
th, td { text-align: left; padding: 5px 20px 5px 0; border-bottom: 1px solid var(--line); vertical-align: top; white-space: nowrap; }
th { color: var(--soft); font-weight: 600; } .n { text-align: right; font-variant-numeric: tabular-nums; }
td.wrap { white-space: normal; } code { font: 13px/1.4 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
svg { display: block; max-width: 100%; height: auto; } svg text { font: 13px system-ui, sans-serif; fill: var(--fg); }
svg text.value { fill: var(--soft); font-variant-numeric: tabular-nums; }
.legend span { display: inline-flex; align-items: center; gap: 6px; margin-right: 16px; color: var(--soft); font-size: 13px; }
.c-ok { fill: var(--ok); } .c-okay { fill: var(--okay); } .c-rest { fill: var(--rest); } .c-warn { fill: var(--warn); }
.c-stale { fill: #8ab6d6; } .c-late { fill: #4f7cac; } .c-past { fill: #7d5ba6; } .c-def { fill: #b08ea2; } .c-pushed { fill: #a58d3f; } .c-clock { fill: #6b8f71; }
.c-bad { fill: var(--bad); } .c-deep { fill: var(--deep); }
article h3 { margin-top: 4px; }
article { border: 1px solid var(--line); border-left: 4px solid var(--bad); border-radius: 6px; padding: 10px 16px; margin: 12px 0; }
article.explained { border-left-color: var(--warn); color: inherit; } article p code { color: var(--fg); }
`;
