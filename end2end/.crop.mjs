import { chromium } from "playwright-core"; import fs from "node:fs";
const [file,out,w,h,y]=process.argv.slice(2);
const b=await chromium.launch({executablePath:"/usr/bin/chromium",args:["--no-sandbox"]});
const p=await b.newPage({viewport:{width:Number(w),height:Number(h)}});
await p.setContent(`<body style="margin:0;overflow:hidden"><img style="margin-top:-${y??0}px" src="data:image/png;base64,${fs.readFileSync(file).toString("base64")}"></body>`);
await p.screenshot({path:out}); await b.close();
