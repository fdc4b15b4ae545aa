/// The look of a page: light, dark and on paper. Nothing in it refers to anything outside the page.
enum HTMLStyle {
    /// A style sheet. Colours are told apart by who sees few of them, and every line by its dashes too.
    static let sheet = """
        :root{color-scheme:light dark;--page:#fff;--ink:#1b1f24;--mute:#59636e;--line:#d9dee4;--soft:#f4f6f8;--bad:#b42318;\
        --warn:#8a5700;--good:#1a7041;--c1:#0b62a4;--c2:#c24a00;--c3:#00775a;--c4:#9b3d7a;--c5:#7d6200;--c6:#2f86b0;--c7:#5c6670;\
        --c8:#8c2f2f}
        @media screen and (prefers-color-scheme:dark){:root{--page:#14171b;--ink:#e4e8ec;--mute:#9aa5b1;--line:#343b43;\
        --soft:#1d2228;--bad:#ff8a7d;--warn:#e9b44c;--good:#5fcf94;--c1:#63b3f5;--c2:#ff9a5c;--c3:#45cfa5;--c4:#e69ccb;--c5:#dfc04f;\
        --c6:#9bd4f2;--c7:#b4bcc5;--c8:#ef9c94}}
        *{box-sizing:border-box}
        html{-webkit-text-size-adjust:100%}
        body{margin:0 auto;max-width:92rem;padding:clamp(1.1rem,3.2vw,3.2rem);background:var(--page);color:var(--ink);\
        font:16px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,"DejaVu Sans",sans-serif;\
        overflow-wrap:break-word}
        code,pre,.check{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace}
        h1,h2,h3,p,ul,ol,dl,dd,figure,pre{margin:0;padding:0}
        a{color:inherit;text-underline-offset:.2em;text-decoration-color:var(--line)}
        a:hover{text-decoration-color:currentColor}
        :focus-visible{outline:2px solid var(--c1);outline-offset:2px}
        .kind{font-size:.8rem;letter-spacing:.09em;text-transform:uppercase;color:var(--mute)}
        h1{font-size:clamp(1.45rem,1rem + 1.9vw,2.2rem);line-height:1.2;letter-spacing:-.015em;font-weight:650;margin-top:.15rem;\
        overflow-wrap:anywhere}
        h1 .time{display:block;margin-top:.25rem;font-size:1rem;font-weight:400;letter-spacing:0;line-height:1.4;color:var(--mute)}
        .verdict{display:inline-block;margin-top:.9rem;padding:.32rem .85rem;border:1.5px solid currentColor;border-radius:2rem;\
        font-weight:600}
        .meta{display:grid;grid-template-columns:repeat(auto-fill,minmax(11.5rem,1fr));gap:.85rem 2rem;margin-top:1.6rem;\
        padding-top:1.3rem;border-top:1px solid var(--line)}
        .meta dt{font-size:.8rem;color:var(--mute)}
        .meta dd{overflow-wrap:anywhere}
        nav{margin-top:1.5rem}
        nav ul{display:flex;flex-wrap:wrap;gap:.3rem 1.3rem;list-style:none;font-size:.92rem}
        section{margin-top:clamp(2.4rem,4.5vw,3.6rem)}
        h2{font-size:1.3rem;line-height:1.25;font-weight:650;letter-spacing:-.01em;margin-bottom:1rem;padding-bottom:.45rem;\
        border-bottom:2px solid var(--ink)}
        h3{font-size:1.02rem;line-height:1.35;font-weight:650}
        section>p,section>ul{max-width:48rem}
        section>p+*,section>ul+*{margin-top:.9rem}
        section>ul{padding-left:1.2rem}
        section>ul li+li{margin-top:.3rem}
        .remark{color:var(--mute);font-size:.92rem}
        .bad,.failure{color:var(--bad)}
        .warn,.warning{color:var(--warn)}
        .ok{color:var(--good)}
        .note{color:var(--mute)}
        .findings{list-style:none;max-width:64rem}
        .finding{display:grid;align-items:baseline;grid-template-columns:2.1rem minmax(0,1fr);padding:1rem 0;border-top:1px solid var(--line)}
        .finding:first-child{border-top:0;padding-top:.2rem}
        .finding.also{border-top:0;padding:.1rem 0 1rem;margin-left:2.1rem;grid-template-columns:3rem minmax(0,1fr)}
        .finding.also .place{font-size:.85rem;padding-top:.12rem}
        .place{color:var(--mute);font-variant-numeric:tabular-nums;font-weight:600}
        .word{font-size:.78rem;font-weight:700;letter-spacing:.06em;margin-right:.6rem}
        .check{font-size:.82rem;color:var(--mute)}
        .sentence{margin-top:.1rem}
        .seen{margin-top:.3rem;color:var(--mute);font-size:.92rem}
        .fix{margin-top:.55rem;font-size:.92rem}
        pre{padding:.6rem .8rem;background:var(--soft);border-left:3px solid var(--line);border-radius:0 4px 4px 0;font-size:.84rem;\
        line-height:1.5;white-space:pre-wrap;overflow-wrap:anywhere}
        .w{display:inline-block;max-width:100%;overflow-wrap:anywhere}
        .sample{margin-top:.7rem;font-size:.9rem}
        .sample dl{display:grid;grid-template-columns:minmax(6rem,auto) minmax(0,1fr);gap:.1rem .9rem;margin-top:.2rem}
        .sample dt{color:var(--mute);overflow-wrap:anywhere}
        .sample dd{overflow-wrap:anywhere}
        .scroll{overflow-x:auto;max-width:100%;background:\
        linear-gradient(to right,var(--page) 40%,transparent) left/2.6rem 100% no-repeat local,\
        linear-gradient(to left,var(--page) 40%,transparent) right/2.6rem 100% no-repeat local,\
        linear-gradient(to right,var(--line),transparent) left 1px top 0/.8rem 100% no-repeat scroll,\
        linear-gradient(to left,var(--line),transparent) right 1px top 0/.8rem 100% no-repeat scroll}
        .scroll+.scroll,.caption+.scroll{margin-top:.4rem}
        .caption{margin-top:1.5rem;font-weight:650}
        h2+.caption{margin-top:0}
        .scroll+.remark{margin-top:.8rem}
        table{border-collapse:collapse;font-size:.92rem;font-variant-numeric:tabular-nums}
        th,td{padding:.38rem 1.6rem .38rem 0;text-align:left;vertical-align:top;border-bottom:1px solid var(--line);\
        white-space:nowrap;font-weight:400}
        th:last-child,td:last-child{padding-right:0}
        thead th{font-size:.74rem;font-weight:600;letter-spacing:.04em;color:var(--mute);border-bottom:1px solid var(--mute);\
        vertical-align:bottom}
        th.long,td.long{min-width:11rem;white-space:normal;overflow-wrap:anywhere}
        .n{text-align:right}
        td.none{color:var(--mute)}
        td.bad,td.warn,th.bad,th.warn{font-weight:600}
        .facts th{color:var(--mute);font-size:.8rem;letter-spacing:.03em;padding-top:.5rem}
        .facts td{white-space:normal}
        .charts{display:grid;grid-template-columns:minmax(0,1fr);gap:2.6rem 3.2rem;margin-top:1.2rem}
        .chart figcaption p{color:var(--mute);font-size:.9rem}
        .plot{padding:.2rem .4rem 0 3.9rem}
        .plot svg,.inner{display:block;overflow:visible}
        .line.line,.leader.leader{fill:none;stroke-width:2;stroke-linejoin:round;stroke-linecap:round;vector-effect:non-scaling-stroke}
        .leader.leader{stroke-width:1;opacity:.7}
        .band.band{stroke:none;opacity:.2}
        .s1{stroke:var(--c1);fill:var(--c1)}
        .s2{stroke:var(--c2);fill:var(--c2)}
        .s3{stroke:var(--c3);fill:var(--c3)}
        .s4{stroke:var(--c4);fill:var(--c4)}
        .s5{stroke:var(--c5);fill:var(--c5)}
        .s6{stroke:var(--c6);fill:var(--c6)}
        .s7{stroke:var(--c7);fill:var(--c7)}
        .s8{stroke:var(--c8);fill:var(--c8)}
        .line.s2{stroke-dasharray:9 4}
        .line.s3{stroke-dasharray:1 4.5}
        .line.s4{stroke-dasharray:11 4 1 4}
        .line.s5{stroke-dasharray:4 4}
        .line.s6{stroke-dasharray:16 5}
        .line.s7{stroke-dasharray:11 4 1 4 1 4}
        .line.s8{stroke-dasharray:3 7}
        .grid{stroke:var(--line)}
        .base{stroke:var(--mute)}
        .tick{fill:var(--mute);font-size:12px;font-variant-numeric:tabular-nums}
        .dot{stroke:none}
        .unseen{fill:var(--mute);opacity:.22}
        .span{margin-top:-.1rem;text-align:center;font-size:12px;color:var(--mute)}
        .mark{stroke:var(--bad);stroke-dasharray:2 3}
        .number{fill:var(--bad);font-size:12px;font-weight:700}
        .name{fill:var(--ink);font-size:12.5px}
        .plot .names,.plot .minor{display:none}
        .swatch{margin-right:.55rem;vertical-align:baseline}
        .key{list-style:none;display:flex;flex-wrap:wrap;gap:.15rem 1.2rem;font-size:.85rem;margin:.2rem 0 0 .2rem}
        details{margin-top:.5rem;font-size:.92rem}
        summary{cursor:pointer;color:var(--mute);width:fit-content}
        details .scroll{margin-top:.4rem}
        .chart .remark{margin-top:.4rem;font-size:.85rem}
        footer{margin-top:3.5rem;padding-top:1rem;border-top:1px solid var(--line);color:var(--mute);font-size:.85rem}
        @media (min-width:52rem),print{.plot{padding-right:15rem}
        .plot .names,.plot .minor{display:inline}
        .key{display:none}}
        @media (min-width:86rem){.charts{grid-template-columns:repeat(2,minmax(0,1fr))}}
        @media print{@page{margin:14mm}
        body{padding:0;max-width:none;font-size:10.5pt}
        nav{display:none}
        details::details-content{content-visibility:visible;display:block}
        summary{display:none}
        .finding,.chart,tr{break-inside:avoid}
        h2,h3,.caption{break-after:avoid}
        .scroll{overflow:visible;background:none}
        th,td{white-space:normal;padding-right:.8rem}
        th.long,td.long{min-width:8rem}
        a{text-decoration:none}}
        """
}
