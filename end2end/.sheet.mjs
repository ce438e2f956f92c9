import { chromium } from "playwright-core"; import fs from "node:fs";
const [suffix,width,perRow,out,filter]=process.argv.slice(2);
const dir=process.cwd()+"/end2end/artefacts/";
const names=fs.readdirSync(dir).filter(n=>n.endsWith(suffix+".png")&&(!filter||new RegExp(filter).test(n))).sort();
const b=await chromium.launch({executablePath:"/usr/bin/chromium",args:["--no-sandbox"]});
const p=await b.newPage({viewport:{width:Number(width)*Number(perRow)+20,height:900}});
let part=0; const size=Number(process.argv[7]??8);
for(let i=0;i<names.length;i+=size){ const html="<body style='margin:0;background:#888;display:flex;flex-wrap:wrap;gap:4px'>"+names.slice(i,i+size).map(n=>`<div style="width:${width-6}px"><div style="font:10px sans-serif;background:#ff0">${n}</div><div style="max-height:${process.argv[8]??700}px;overflow:hidden"><img src="data:image/png;base64,${fs.readFileSync(dir+n).toString("base64")}" style="width:100%"></div></div>`).join("")+"</body>"; await p.setContent(html); await p.screenshot({path:`/tmp/gh/${out}-${part++}.png`,fullPage:true}); }
console.log(part,names.length); await b.close();
