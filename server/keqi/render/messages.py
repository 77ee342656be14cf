"""What the command line says, in Chinese and in English."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from keqi.problems import nearest

LANGUAGES = ("zh", "en")

_WORDING: Mapping[str, tuple[str, str]] = {
    # -- levels
    "error": ("错误", "error"),
    "warning": ("警告", "warning"),
    "info": ("提示", "info"),
    "hint": ("建议", "hint"),
    "none": ("关闭", "off"),
    # -- findings
    "fix-safe": ("改为：", "use: "),
    "fix-unsafe": ("可改为（需确认）：", "perhaps (needs your consent): "),
    "deletion": ("（删去）", "(delete)"),
    "summary": ("共 {count} 处：{levels}。", "{count} found: {levels}."),
    "summary-level": ("{level} {count}", "{count} {level}"),
    "summary-separator": ("、", ", "),
    "summary-fixable": ("其中 {count} 处可用 --fix 直接改好。", " {count} of them can be mended by --fix."),
    "clean": ("没有发现问题（检查了 {count} 个文件）。", "Nothing found in {count} file(s)."),
    "fixed": ("已改写 {count} 个文件。", "{count} file(s) rewritten."),
    "no-files": (
        "没有找到可检查的文件（文件夹里只查 {suffixes}；其他文件请直接写出文件名）。",
        "No file to check (in folders only {suffixes}; name other files one by one).",
    ),
    "type-now": (
        "请输入回复，按 Ctrl-D（Windows 为 Ctrl-Z 加回车）结束：",
        "Type the reply; end with Ctrl-D (Windows: Ctrl-Z, Enter):",
    ),
    "progress": ("正在检查 {done}/{total}", "checking {done}/{total}"),
    "statistics-fixable": ("可直接改 {count}", "{count} fixable"),
    "written": ("报告已写入 {path}。", "Report written to {path}."),
    # -- output for other programs
    "source-root": ("运行 keqi 时所在的文件夹", "the folder in which keqi was run"),
    "no-findings": ("没有问题", "nothing found"),
    "at": ("{path} 第 {line} 行第 {column} 列：", "{path}:{line}:{column}: "),
    # -- the report as a page; {name} is filled in by the page's script
    "page-title": ("客服回复用语检查报告", "Politeness report on customer-service replies"),
    "page-made": ("{when} 由客气 keqi {version} 生成", "Made by keqi {version}, {when}"),
    "page-skip": ("跳到问题列表", "Skip to the findings"),
    "page-overview": ("概况", "Overview"),
    "page-summary": (
        "检查了 {files} 个文件，在 {bad} 个文件里发现 {count} 处问题。",
        "{files} file(s) checked; {count} finding(s) in {bad} of them.",
    ),
    "page-clean": ("没有发现问题（检查了 {files} 个文件）。", "Nothing found in {files} file(s)."),
    "page-fixable": ("其中 {count} 处有可直接改的说法。", "For {count} of them there is wording that is safe to use."),
    "page-levels": ("按级别", "By level"),
    "page-categories": ("按类别", "By category"),
    "page-files": ("按文件", "By file"),
    "page-authors": ("按撰写人", "By author"),
    "page-more": ("另外 {count} 项", "{count} more"),
    "page-fewer": ("收起", "Fewer"),
    "page-findings": ("问题", "Findings"),
    "page-search": ("搜索", "Search"),
    "page-search-hint": ("回复、说明、规则、文件……", "reply, message, rule, file …"),
    "page-category": ("类别", "Category"),
    "page-level": ("级别", "Level"),
    "page-file": ("文件", "File"),
    "page-author": ("撰写人", "Author"),
    "page-rule": ("规则", "Rule"),
    "page-all": ("全部", "All"),
    "page-group": ("分组", "Group by"),
    "page-no-group": ("不分组", "None"),
    "page-sort": ("排序", "Sort by"),
    "page-by-place": ("按位置", "Place"),
    "page-by-level": ("按级别，重的在前", "Level, gravest first"),
    "page-by-category": ("按类别", "Category"),
    "page-reset": ("清除筛选", "Clear filters"),
    "page-shown": ("显示 {count} 处，共 {total} 处。", "{count} of {total} shown."),
    "page-none-left": ("没有符合条件的问题。", "Nothing matches these filters."),
    "page-safety": (
        "“可直接改”的说法不改变意思，也不添承诺；“需确认”的要由人看过再用。",
        "Safe wording keeps the meaning and promises nothing new; the rest needs a person's consent.",
    ),
    "page-line": ("第 {line} 行第 {column} 列", "line {line}, column {column}"),
    "page-message": ("说明", "Finding"),
    "page-why": ("为什么", "Why"),
    "page-advice": ("建议说法", "Wording"),
    "page-no-advice": ("没有现成的改法，请按说明改写。", "There is no ready wording; please rewrite it."),
    "page-marked": ("标出的部分：", "marked: "),
    "page-missing-here": ("这里缺少内容", "something is missing here"),
    "page-whole": ("显示整条回复", "Show the whole reply"),
    "page-unknown": ("未注明", "unknown"),
    "page-pages": ("分页", "Pages"),
    "page-first": ("首页", "First"),
    "page-previous": ("上一页", "Previous"),
    "page-next": ("下一页", "Next"),
    "page-last": ("末页", "Last"),
    "page-number": ("第 {page} 页，共 {pages} 页", "page {page} of {pages}"),
    "page-print-limit": (
        "只打印前 {count} 处。要打印其余的，请先筛选。",
        "Only the first {count} are printed. Filter first to print others.",
    ),
    "page-no-script": (
        "这份报告要用浏览器打开，并允许运行脚本，才能看到内容。",
        "Open this report in a browser that may run scripts.",
    ),
    # -- the team server
    "serve-ready": ("客气已启动：{address}（按 Ctrl-C 结束）", "keqi is at {address} (Ctrl-C ends it)"),
    "serve-open": (
        "注意：{host} 能从别的机器访问，又没有设口令。请设环境变量 KEQI_TOKEN，或只放在可信的网络里。",
        "note: {host} can be reached from other machines and there is no token. Set KEQI_TOKEN, or keep it in a trusted network.",
    ),
    "serve-missing": (
        "团队服务需要另外安装组件（缺少 {name}）。请运行：pip install 'keqi[serve]'",
        "The team server needs further packages ({name} is missing). Run: pip install 'keqi[serve]'",
    ),
    "serve-token": (
        "口令不能用：要 8 到 200 个字符，只能有英文字母、数字和 . _ ~ -。",
        "That token cannot be used: it takes 8 to 200 letters, digits, or . _ ~ -.",
    ),
    "serve-address": (
        "不能在 {host} 的端口 {port} 上监听：{reason}。可以用 --port 换一个端口。",
        "Cannot listen on {host}, port {port}: {reason}. Choose another port with --port.",
    ),
    "not-a-port": ("端口要写 0 到 65535 的数字，不能是“{value}”。", "A port is a number from 0 to 65535, not {value!r}."),
    "not-a-network": (
        "反向代理要写 IP 地址或网段，如 127.0.0.1、172.17.0.0/16，不能是“{value}”。",
        "A proxy is an IP address or a network, such as 127.0.0.1 or 172.17.0.0/16, not {value!r}.",
    ),
    # -- errors
    "failure": ("{path}：{reason}。{advice}", "{path}: {reason}. {advice}"),
    "stdin": ("标准输入", "standard input"),
    "mistake": ("错误：", "error: "),
    "missing": (
        "没有这个文件或文件夹|请检查路径是否写对；名字里有空格时要用引号括起来。",
        "no such file or folder|Check the spelling; put a name with spaces in quotes.",
    ),
    "folder": ("这是文件夹，不是文件|请写出里面的文件。", "this is a folder, not a file|Name a file in it."),
    "forbidden": (
        "没有读取权限|请向文件的所有者要权限，或复制一份再检查。",
        "permission denied|Ask its owner for access, or check a copy.",
    ),
    "unreadable": (
        "读不出来（{reason}）|请确认文件没有损坏、磁盘或网络盘可用。",
        "cannot be read ({reason})|Check that the file is intact and its disk reachable.",
    ),
    "nul": (
        "第 {line} 行有空字符（NUL），不是文本文件|请选文本文件；若是 UTF-16 编码，另存为 UTF-8 或“带 BOM 的 UTF-16”再检查。",
        "line {line} has a NUL character, so this is no text|Choose a text file; save UTF-16 as UTF-8 or with a byte order mark.",
    ),
    "broken": (
        "文件开头标明是 {codec}，内容却不符合|文件可能已损坏，请另存为 UTF-8 再检查。",
        "it begins as {codec}, but goes on otherwise|It may be damaged; save it as UTF-8 and check again.",
    ),
    "not-text": (
        "不是文本，或编码不是 UTF-8、UTF-16、UTF-32、GB18030（GBK）|请另存为 UTF-8 再检查。",
        "this is no text, or its encoding is none of UTF-8, UTF-16, UTF-32, GB18030 (GBK)|Save it as UTF-8 and check again.",
    ),
    "mixed": (
        "第 {line} 行的编码和其他行不一样（UTF-8 和 GBK 混在一起），没有检查|请用编辑器把整个文件统一存成 UTF-8 再检查。",
        "line {line} is in another encoding than the rest (UTF-8 and GBK mixed); not checked|Save the whole file as UTF-8.",
    ),
    "too-big": (
        "超过大小上限 {limit}|请拆成小文件，或用 --max-size 调高上限，例如 --max-size {more}。",
        "larger than the limit of {limit}|Split it, or raise the limit, as in --max-size {more}.",
    ),
    "too-long": (
        "第 {line} 行起有一条长达 {length} 字的“回复”（上限 {most} 字），没有检查|这不像一条回复，请用空行把各条回复分开。",
        "from line {line} on, one \"reply\" has {length} characters (limit {most}), so the file was not checked|Put blank lines between replies.",
    ),
    "read-only": (
        "文件是只读的，没有改写|请去掉只读属性再用 --fix，或用 --diff 只看改法。",
        "the file is read-only and was left alone|Make it writable, or use --diff to see the changes only.",
    ),
    "changed": (
        "检查期间文件被别的程序改动，没有改写|请再运行一次。",
        "another program changed the file meanwhile, so it was left alone|Run again.",
    ),
    "unwritable": (
        "写不进去（{reason}），原文件没有变|请检查磁盘空间和文件夹的写入权限。",
        "cannot be written ({reason}); the original is as it was|Check the disk's space and the folder's permissions.",
    ),
    "special": (
        "不是普通文件（而是管道、设备等），不能改写|请把内容存成文件再用 --fix。",
        "this is a pipe or a device, which cannot be rewritten|Save its content in a file first.",
    ),
    "EACCES": ("没有写入权限", "permission denied"),
    "EPERM": ("系统不允许写入", "the system does not permit it"),
    "ENOSPC": ("磁盘满了", "the disk is full"),
    "EDQUOT": ("磁盘配额用完了", "the disk quota is used up"),
    "EROFS": ("磁盘是只读的", "the disk is read-only"),
    "EIO": ("磁盘读写出错", "the disk reports an error"),
    "ELOOP": ("链接互相指向，没有尽头", "its links lead in a circle"),
    "ENAMETOOLONG": ("名字太长", "its name is too long"),
    "EBUSY": ("正被别的程序占用", "another program uses it"),
    "crash": (
        "检查时程序出错（{reason}），这个文件没有查完|这是 keqi 的毛病，请把规则库版本和这行信息告诉维护者（不要附上客户资料）。",
        "keqi failed here ({reason}); the file was not checked to its end|This is a bug in keqi; please report this line (without customers' data).",
    ),
    # -- suppressions
    "bad-ignore-file": (
        "第 {line} 行附近看不懂，这次没有按它忽略|每条要有 16 位的 fingerprint；until 写成 2027-01-31。删掉这条再用 keqi ignore 重新写入即可。",
        "cannot be read near line {line}, so nothing was ignored|Each entry has a 16-digit fingerprint; until is like 2027-01-31. Delete the entry and write it again with keqi ignore.",
    ),
    "bad-json-file": ("第 {line} 行的 JSON 写法不对|请改好，或从版本库里恢复这个文件。", "line {line} is no valid JSON|Mend it, or restore the file."),
    "missing-baseline": ("还没有基线文件|请先运行 keqi check --baseline write。", "there is no baseline yet|Run keqi check --baseline write first."),
    "bad-baseline": ("基线文件看不懂|请运行 keqi check --baseline write 重新生成。", "the baseline cannot be read|Write it anew with keqi check --baseline write."),
    "baseline-written": ("已把现有的 {count} 处问题记入 {path}；以后用 --baseline use，或在设置里写 baseline = \"{path}\"，只报新的。", "{count} finding(s) noted in {path}; with --baseline use, or baseline = \"{path}\" in the settings, only new ones are reported."),
    "no-revision": ("--changed {value}：git 里找不到这个版本，或这里不是 git 仓库（{reason}）。", "--changed {value}: git knows no such revision, or this is no repository ({reason})."),
    "ignore-written": ("已在 {path} 记下 {count} 处，以后不再报。", "{count} finding(s) noted in {path}; they are not reported any more."),
    "ignore-nothing": ("{place} 没有可忽略的问题：先用 keqi check 看一下行号。", "nothing to ignore at {place}; keqi check shows the lines."),
    "not-a-day": ("“{value}”不是日期，请写成 2027-01-31 这样。", "{value!r} is no date; write it like 2027-01-31."),
    # -- settings
    "config-file": ("设置文件：{file}", "settings file: {file}"),
    "config-none": ("（没有，全部用默认值）", "(none; all defaults)"),
    "config-default": ("默认", "default"),
    "init-exists": ("{path} 已经有了，没有动它；要重写请加 --force。", "{path} exists and was left alone; --force writes it anew."),
    "init-written": ("已写好 {path}（看了 {count} 个文件）。用记事本打开，按里面的说明改。", "{path} written ({count} file(s) looked at). Open it in an editor; it explains itself."),
    # -- workbooks: why they cannot be read or written
    "xlsx-not": (
        "不是 Excel 工作簿（.xlsx）|扩展名可能写错了：请用表格软件打开，另存为“Excel 工作簿（.xlsx）”再检查。",
        "this is no Excel workbook (.xlsx)|Its name may mislead; open it in a spreadsheet and save it as .xlsx.",
    ),
    "xlsx-foreign": (
        "里面没有 Excel 工作表|它可能是 Word、WPS 文字、.ods 或 .xlsb 文件；请用表格软件打开，另存为“Excel 工作簿（.xlsx）”再检查。",
        "there are no Excel worksheets in it|It may be a Word, .ods or .xlsb file; open it in a spreadsheet and save it as .xlsx.",
    ),
    "xlsx-encrypted": (
        "工作簿有打开密码，读不了|请在表格软件里用密码打开，取消“打开权限密码”，另存一份再检查。",
        "the workbook is protected by a password|Open it with the password, and save a copy without one.",
    ),
    "xlsx-old": (
        "这是旧格式的 Excel 文件（.xls），或者有打开密码，读不了|请用表格软件打开，另存为没有密码的“Excel 工作簿（.xlsx）”再检查。",
        "this is an Excel file of the old kind (.xls), or one protected by a password|Open it in a spreadsheet and save it as .xlsx without a password.",
    ),
    "xlsx-zip": (
        "工作簿已损坏（压缩包不完整）|请重新下载或复制；若表格软件还能打开，请另存一份再检查。",
        "the workbook is damaged (its zip is broken)|Fetch it again; if a spreadsheet still opens it, save a copy.",
    ),
    "xlsx-zip-part": (
        "工作簿已损坏：里面的 {part} 解不开|请重新下载或复制；若表格软件还能打开，请另存一份再检查。",
        "the workbook is damaged: {part} in it cannot be unpacked|Fetch it again; if a spreadsheet still opens it, save a copy.",
    ),
    "xlsx-part": (
        "工作簿已损坏：里面缺少 {part}|请用表格软件打开，修复后另存一份再检查。",
        "the workbook is damaged: it lacks {part}|Open it in a spreadsheet, have it repaired, and save a copy.",
    ),
    "xlsx-xml": (
        "工作簿已损坏：里面的 {part} 第 {line} 行第 {column} 列不合 XML 语法|请用表格软件打开，修复后另存一份再检查。",
        "the workbook is damaged: {part} in it is no XML at line {line}, column {column}|Open it in a spreadsheet, have it repaired, and save a copy.",
    ),
    "xlsx-dtd": (
        "工作簿里的 {part} 带有 DTD 声明，可能有恶意，没有打开|请确认来源；用表格软件另存一份再检查。",
        "{part} in the workbook has a DTD, which may be an attack, so it was not read|Make sure where it comes from; save a copy with a spreadsheet.",
    ),
    "xlsx-big": (
        "工作簿解压后超过上限 {limit}（读到 {part} 为止），没有检查|请先确认来源可靠；工作表太大时请拆成几个文件。",
        "the workbook unpacks to more than the limit of {limit} (at {part}), so it was not checked|Make sure where it comes from; split sheets that are too large.",
    ),
    "xlsx-string": (
        "工作簿已损坏：单元格 {cell} 引用的文字不存在|请用表格软件打开，修复后另存一份再检查。",
        "the workbook is damaged: the text that cell {cell} refers to is not there|Open it in a spreadsheet, have it repaired, and save a copy.",
    ),
    "xlsx-cell": (
        "工作簿已损坏：单元格 {cell} 的内容不合规范|请用表格软件打开，修复后另存一份再检查。",
        "the workbook is damaged: cell {cell} is not made as cells are|Open it in a spreadsheet, have it repaired, and save a copy.",
    ),
    "xlsx-long": (
        "单元格 {cell} 改写后超过 Excel 的上限 {most} 字，没有改写|请先把这个单元格的内容拆开。",
        "cell {cell} would exceed Excel's limit of {most} characters, so nothing was rewritten|Divide its content first.",
    ),
    # -- formats: why a file breaks its own syntax; `{line}` and `{column}` count from 1
    "csv-quote": (
        "第 {line} 行第 {column} 列的引号没有收尾|请在这一格末尾补上英文双引号（格内的双引号要写两个），或用表格软件重新导出。",
        "line {line}, column {column}: the quote is never closed|Close it at the cell's end (a quote within a cell is written twice), or export the table again.",
    ),
    "po-quote": (
        "第 {line} 行第 {column} 列的双引号没有收尾|请在这一行末尾补上双引号；文字里的双引号要写成 \\\"。",
        "line {line}, column {column}: the quote is never closed|Close it on the same line; write a quote within the text as \\\".",
    ),
    "po-outside": (
        "第 {line} 行第 {column} 列的内容不属于任何 msgid 或 msgstr|译文要整个写在 msgstr 后面的双引号里，注释要以 # 开头；文字里的双引号要写成 \\\"。",
        "line {line}, column {column}: this belongs to no msgid or msgstr|Put all of a translation in the quotes behind msgstr, begin comments with #, and write a quote within the text as \\\".",
    ),
    "po-no-string": (
        "第 {line} 行的关键字后面没有双引号括起来的内容|请在它后面补上双引号，没有内容就写 \"\"。",
        "line {line}: the keyword has no string behind it|Put one in quotes there, or \"\" when it is empty.",
    ),
    "properties-unicode": (
        "第 {line} 行第 {column} 列的 \\u 后面不是四位十六进制数字|请补全编码（如 \\u60a8）；若本来就是反斜杠，请写成 \\\\。",
        "line {line}, column {column}: \\u without four hexadecimal digits|Complete it (as in \\u60a8), or write a backslash as \\\\.",
    ),
    "too-deep": (
        "第 {line} 行第 {column} 列起嵌套超过 {most} 层，没有检查|这不像人写的回复库，请把内容摊平成较浅的结构。",
        "line {line}, column {column}: nested more than {most} levels deep, so the file was not checked|Flatten its structure.",
    ),
    "json-string": (
        "第 {line} 行第 {column} 列的双引号没有收尾|请在这一行补上收尾的双引号；文字里要换行请写成 \\n。",
        "line {line}, column {column}: the string is never closed|Close it on the same line; write a line break in it as \\n.",
    ),
    "json-control": (
        "第 {line} 行第 {column} 列的字符串里有控制字符（U+00{char}）|请删掉它；制表符请写成 \\t。",
        "line {line}, column {column}: a control character (U+00{char}) in a string|Delete it, or write a tab as \\t.",
    ),
    "json-escape": (
        "第 {line} 行第 {column} 列的反斜杠后面不对|反斜杠后只能是 \" \\ / b f n r t 或 u 加四位十六进制数；文字里的反斜杠请写成 \\\\。",
        "line {line}, column {column}: no such escape|Behind a backslash goes one of \" \\ / b f n r t, or u and four hexadecimal digits; write a backslash as \\\\.",
    ),
    "json-inner-quote": (
        "第 {line} 行第 {column} 列的双引号把文字截断了|文字里的双引号请写成 \\\"，或改用“”。",
        "line {line}, column {column}: this quote ends the string early|Write a quote within the text as \\\", or as a typographic one.",
    ),
    "json-comma": (
        "第 {line} 行第 {column} 列之前缺少逗号|请在上一个值后面补上英文逗号。",
        "line {line}, column {column}: a comma is missing before this|Put one behind the value before.",
    ),
    "json-colon": (
        "第 {line} 行第 {column} 列之前缺少冒号|请在键名后面补上英文冒号。",
        "line {line}, column {column}: a colon is missing before this|Put one behind the key.",
    ),
    "json-key": (
        "第 {line} 行第 {column} 列应当是键名|键名要用英文双引号括起来，多余的逗号请删掉。",
        "line {line}, column {column}: a key is expected here|Put keys in double quotes, and delete a comma too many.",
    ),
    "json-value": (
        "第 {line} 行第 {column} 列应当是一个值|文字要用英文双引号括起来，其他值只能是数字、true、false、null；多余的逗号请删掉。",
        "line {line}, column {column}: a value is expected here|Put text in double quotes; else write a number, true, false or null, and delete a comma too many.",
    ),
    "json-quotes": (
        "第 {line} 行第 {column} 列用了 {char} 作引号|JSON 只认英文双引号（\"），请改过来。",
        "line {line}, column {column}: {char} is no quote in JSON|Use the straight double quote (\").",
    ),
    "json-wide": (
        "第 {line} 行第 {column} 列用了中文标点 {char}|请改成英文的 {plain}。",
        "line {line}, column {column}: Chinese punctuation {char}|Write {plain} instead.",
    ),
    "json-open": (
        "第 {line} 行第 {column} 列的 {char} 没有收尾|请在末尾补上 {closer}。",
        "line {line}, column {column}: this {char} is never closed|Put {closer} at the end.",
    ),
    "jsonl-open": (
        "第 {line} 行第 {column} 列的 {char} 到行尾还没有收尾|JSONL 每行要有一条完整的 JSON；整个文件是一份 JSON 时，请把扩展名改成 .json。",
        "line {line}, column {column}: this {char} is not closed on its line|Every line of a JSONL file is one JSON value; if the file is a single one, name it .json.",
    ),
    "json-bracket": (
        "第 {line} 行第 {column} 列的 {char} 和第 {opened} 行的 {bracket} 不配对|请检查括号有没有写错或漏写。",
        "line {line}, column {column}: this {char} does not match the {bracket} of line {opened}|Look for a bracket that is wrong or missing.",
    ),
    "json-end": (
        "第 {line} 行第 {column} 列起，完整的 JSON 后面还有别的内容|请删掉多余的内容；每行一条 JSON 的文件，扩展名请用 .jsonl。",
        "line {line}, column {column}: something follows the JSON value|Delete it; a file with one JSON value a line should be named .jsonl.",
    ),
    "json-comment": (
        "第 {line} 行第 {column} 列的注释写法不对|JSON 里只能写 // 或 /* */ 注释，/* 要有 */ 收尾。",
        "line {line}, column {column}: no such comment|Write comments as // or as /* */, and close the latter.",
    ),
    "yaml-tab": (
        "第 {line} 行第 {column} 列用了制表符（Tab）缩进|YAML 只能用空格缩进，请把制表符换成空格。",
        "line {line}, column {column}: a tab is used for indentation|YAML is indented with spaces only; replace the tab.",
    ),
    "yaml-control": (
        "第 {line} 行第 {column} 列有 YAML 不允许的字符（U+{char}）|请删掉它。",
        "line {line}, column {column}: a character that YAML forbids (U+{char})|Delete it.",
    ),
    "yaml-separator": (
        "第 {line} 行第 {column} 列有看不见的分行符（U+{char}），YAML 会在这里断开|请删掉它，或给整段文字加上引号。",
        "line {line}, column {column}: an invisible line separator (U+{char}) ends the text here|Delete it, or put all of the text in quotes.",
    ),
    "yaml-start": (
        "第 {line} 行第 {column} 列：文字不能以 {char} 开头|请给整段文字加上引号。",
        "line {line}, column {column}: text cannot begin with {char}|Put all of it in quotes.",
    ),
    "yaml-quote": (
        "第 {line} 行第 {column} 列的引号没有收尾|请补上收尾的引号；单引号里的单引号要写两遍，双引号里的双引号要写成 \\\"。",
        "line {line}, column {column}: the quote is never closed|Close it; within single quotes write a single quote twice, within double quotes write \\\".",
    ),
    "yaml-behind-quote": (
        "第 {line} 行第 {column} 列：引号后面还有文字|以引号开头的文字，请给整段再套一层另一种引号，例如 '\"您好\"，请稍等'。",
        "line {line}, column {column}: text behind a closing quote|Put all of the text in quotes of the other kind, as in '\"a\" b'.",
    ),
    "yaml-behind-bracket": (
        "第 {line} 行第 {column} 列：括号后面还有文字|以 [ 或 {{ 开头的文字（例如 {{姓名}}您好）请整段加上引号。",
        "line {line}, column {column}: text behind a closing bracket|Text that begins with [ or {{, as a placeholder does, must be in quotes as a whole.",
    ),
    "yaml-escape": (
        "第 {line} 行第 {column} 列的反斜杠写法不对|双引号里的反斜杠请写成 \\\\，或改用单引号。",
        "line {line}, column {column}: no such escape|Within double quotes write a backslash as \\\\, or use single quotes.",
    ),
    "yaml-colon": (
        "第 {line} 行第 {column} 列起缺少冒号和空格|键名后面要写英文冒号，再空一格，例如 answer: 您好。",
        "line {line}, column {column}: a colon with a space behind it is missing|Write key, colon, space, value, as in answer: 您好.",
    ),
    "yaml-inner-colon": (
        "第 {line} 行第 {column} 列多出一个冒号|文字里有“冒号加空格”时，请给整段文字加上引号；否则请检查这一行的缩进。",
        "line {line}, column {column}: a colon too many|Put text that holds a colon and a space in quotes; else check the indentation of the line.",
    ),
    "yaml-block": (
        "第 {line} 行第 {column} 列：表示多行文字的竖线或大于号后面不能直接写文字|请换行，缩进后再写。",
        "line {line}, column {column}: no text may follow the sign of a block on its line|Begin the text on the next line, indented.",
    ),
    "yaml-bracket": (
        "第 {line} 行第 {column} 列的括号没有配对，或里面缺少逗号|请补上括号或英文逗号；括号属于文字时，请给整段文字加上引号。",
        "line {line}, column {column}: brackets do not match, or a comma is missing within|Mend that, or put the text in quotes if the bracket is part of it.",
    ),
    "yaml-indent": (
        "第 {line} 行第 {column} 列的缩进和上面的行对不齐|同一层的各行要用同样多的空格缩进，列表的每一项以“- ”开头。",
        "line {line}, column {column}: the indentation does not fit the lines above|Indent lines of one level by the same number of spaces, and begin items with \"- \".",
    ),
    "yaml-alias": (
        "第 {line} 行第 {column} 列引用了没有定义的 *{name}|请先用 &{name} 定义；* 属于文字时，请给整段文字加上引号。",
        "line {line}, column {column}: *{name} is not defined|Define it with &{name} above, or put text that begins with * in quotes.",
    ),
    "yaml-syntax": (
        "第 {line} 行第 {column} 列不符合 YAML 语法（{problem}）|请检查这一行的缩进、引号和冒号。",
        "line {line}, column {column}: this is no YAML ({problem})|Check indentation, quotes and colons there.",
    ),
    "toml-string": (
        "第 {line} 行第 {column} 列的引号没有收尾|请补上收尾的引号；要换行的文字请用三个引号（\"\"\"）括起来。",
        "line {line}, column {column}: the string is never closed|Close it; put text of several lines in triple quotes (\"\"\").",
    ),
    "toml-equals": (
        "第 {line} 行第 {column} 列：键名后面应当是等号|请写英文等号，例如 answer = \"您好\"。",
        "line {line}, column {column}: an equals sign is expected behind the key|Write it as in answer = \"您好\".",
    ),
    "toml-key": (
        "第 {line} 行第 {column} 列应当是键名|含中文、空格等的键名要用英文引号括起来，例如 \"退货\" = \"…\"；多余的逗号请删掉。",
        "line {line}, column {column}: a key is expected here|Put keys with other characters than letters, digits, - and _ in quotes, and delete a comma too many.",
    ),
    "toml-value": (
        "第 {line} 行第 {column} 列应当是一个值|文字要用英文引号括起来。",
        "line {line}, column {column}: a value is expected here|Put text in quotes.",
    ),
    "toml-end": (
        "文件到第 {line} 行就结束了，还缺一个值或右括号|请补上。",
        "the file ends in line {line}, but a value or a closing bracket is missing|Add it.",
    ),
    "toml-quotes": (
        "第 {line} 行第 {column} 列用了 {char} 作引号|TOML 只认英文引号（\" 或 '），请改过来。",
        "line {line}, column {column}: {char} is no quote in TOML|Use straight quotes (\" or ').",
    ),
    "toml-escape": (
        "第 {line} 行第 {column} 列的反斜杠写法不对|双引号里的反斜杠请写成 \\\\，或改用单引号。",
        "line {line}, column {column}: no such escape|Within double quotes write a backslash as \\\\, or use single quotes.",
    ),
    "toml-twice": (
        "第 {line} 行第 {column} 列的键在前面已经有了|同一个键不能写两次，请删掉一个或改名。",
        "line {line}, column {column}: this key is there already|Delete one of the two, or rename it.",
    ),
    "toml-behind": (
        "第 {line} 行第 {column} 列：值后面还有别的内容|文字要整段放在引号里；每一行只能有一个键和值。",
        "line {line}, column {column}: something follows the value|Put all of a text in quotes, and one key with its value on a line.",
    ),
    "toml-inner-quote": (
        "第 {line} 行第 {column} 列之前的引号把文字截断了|文字里的双引号请写成 \\\"，或换用另一种引号括起整段文字。",
        "line {line}, column {column}: the quote before this ends the string early|Write a double quote within the text as \\\", or put it in quotes of the other kind.",
    ),
    "toml-bracket": (
        "第 {line} 行第 {column} 列的括号没有收尾|请补上右括号；花括号（{{}}）里的内容要写在同一行。",
        "line {line}, column {column}: a bracket is not closed|Close it; what stands in braces ({{}}) must be on one line.",
    ),
    "toml-control": (
        "第 {line} 行第 {column} 列有 TOML 不允许的控制字符（U+00{char}）|请删掉它，或在双引号里写成 \\u00{char}。",
        "line {line}, column {column}: a control character (U+00{char})|Delete it, or write it as \\u00{char} within double quotes.",
    ),
    "toml-syntax": (
        "第 {line} 行第 {column} 列不符合 TOML 语法（{problem}）|请检查这一行。",
        "line {line}, column {column}: this is no TOML ({problem})|Check that line.",
    ),
    # -- usage
    "usage": ("用法：", "usage: "),
    "usage-hint": ("用 {prog} --help 查看用法。", " See {prog} --help."),
    "did-you-mean": ("是不是 {name}？", " Did you mean {name}?"),
    "unknown-command": ("没有命令“{value}”。", "There is no command {value!r}."),
    "unknown-options": ("不认识的参数：{value}。", "Unknown arguments: {value}."),
    "unknown-choice": ("{name} 不能是“{value}”，可以是：{choices}。", "{name} cannot be {value!r}; choose from {choices}."),
    "unknown-rule": ("没有叫“{value}”的规则或类别。", "There is no rule or category {value!r}."),
    "no-value": ("{name} 后面要写一个值。", "{name} needs a value."),
    "not-a-size": (
        "“{value}”不是大小，请写成 500KB、64MB、1GB 这样。",
        "{value!r} is no size; write it like 500KB, 64MB, 1GB.",
    ),
    "missing-arguments": ("还缺：{value}。", "Missing: {value}."),
    "takes-no-value": ("{name} 后面不能写值。", "{name} takes no value."),
    "needs-fix": ("--unsafe-fixes 要和 --fix 或 --diff 一起用。", "--unsafe-fixes goes with --fix or --diff."),
    "diff-is-text": ("--diff 不能和 --format {value} 或 --statistics 一起用。", "--diff goes neither with --format {value} nor with --statistics."),
    "statistics-format": (
        "--statistics 不能和 --format {value} 一起用，可以用：{choices}。",
        "--statistics does not go with --format {value}; choose from {choices}.",
    ),
    "output-is-input": (
        "--output 不能写到要检查的文件 {path} 里，请换一个文件名。",
        "--output would overwrite {path}, which is to be checked; choose another name.",
    ),
    "needs-output": (
        "{value} 报告不适合直接显示，请写明文件，例如：-o 报告.{value}。",
        "A report in {value} is not for the screen; name a file, as in -o report.{value}.",
    ),
    # -- rules
    "rule-level": ("级别：{level}（{because}）", "level: {level} ({because})"),
    "rule-own-level": ("规则自带的级别", "the rule's own"),
    "rule-why": ("为什么：", "why: "),
    "rule-bad": ("不合适：", "not so:"),
    "rule-good": ("没问题：", "fine as it is:"),
    "rule-fixes": ("改法（<…>处照搬原文或按行业配置填写）：", "rewriting (<…> is taken from the draft or the profile):"),
    "rule-safe": ("可直接改", "safe"),
    "rule-unsafe": ("需确认", "needs consent"),
    "rule-source": ("依据：{source}", "source: {source}"),
    "rule-tags": ("标签：{tags}", "tags: {tags}"),
    "rule-count": ("共 {count} 条规则（行业配置 {profile}）。", "{count} rule(s), profile {profile}."),
    # -- phrases
    "phrases-none": ("没有找到与“{value}”有关的话术。", "No phrase for {value!r}."),
    "phrases-count": ("共 {count} 句（行业配置 {profile}）。", "{count} phrase(s), profile {profile}."),
    "unknown-profile": ("没有叫“{value}”的行业配置。", "There is no profile {value!r}."),
    # -- lexicon
    "lexicon-clean": ("词库没有问题。", "The lexicon is in order."),
    "lexicon-problems": ("词库有 {count} 个问题。", "{count} problem(s) in the lexicon."),
    # -- help
    "help-program": (
        "客气：检查中文客服回复是否礼貌，说明原因，给出更好的说法。",
        "keqi: finds rude wording in Chinese customer-service replies and offers better wording.",
    ),
    "help-commands": ("命令", "commands"),
    "help-arguments": ("参数", "arguments"),
    "help-options": ("选项", "options"),
    "help-help": ("显示这份说明", "show this help"),
    "help-version": ("显示版本", "show the version"),
    "help-check": ("检查回复，也可以改写", "check replies, or mend them"),
    "help-rules": ("列出规则，或讲解一条", "list the rules, or explain one"),
    "help-phrases": ("列出常用话术，可按场景、字词或拼音首字母查找", "list standard phrases, by scene, word or pinyin initials"),
    "help-phrases-word": (
        "场景（如 refund、退换货与退款）、字词或拼音首字母（如 qsd）；不写就全部列出",
        "a scene (as refund), a word or pinyin initials (as qsd); all of them when none is given",
    ),
    "help-lexicon": ("词库工具", "lexicon tools"),
    "help-lexicon-check": ("检查词库文件", "verify lexicon files"),
    "help-lsp": ("语言服务（供编辑器调用）", "the language server, for editors"),
    "help-serve": ("团队服务：网页控制台、HTTP 接口、LanguageTool 协议", "the team server: web console, HTTP API, LanguageTool's protocol"),
    "help-host": ("监听的地址；默认只有本机能访问", "address to listen on; by default only this machine gets in"),
    "help-port": ("端口，默认 8765；0 表示任选一个空闲的", "port, 8765 by default; 0 for any that is free"),
    "help-allow-host": ("允许别人用来访问的域名，可写多次", "a name under which clients may call; may be repeated"),
    "help-allow-origin": (
        "允许使用本服务的其他网页，如 https://crm.example.com；可写多次",
        "another site whose pages may use the server, e.g. https://crm.example.com; may be repeated",
    ),
    "help-proxy": (
        "前面的反向代理（地址或网段），只信它在 X-Forwarded-For 里写的客户端地址；可写多次",
        "a reverse proxy (address or network) whose X-Forwarded-For is believed; may be repeated",
    ),
    "help-token": (
        "访问口令；写在环境变量 KEQI_TOKEN 里更安全",
        "token that clients must show; safer in the environment variable KEQI_TOKEN",
    ),
    "help-workers": ("进程数，默认 1", "number of processes, 1 by default"),
    "help-body": ("单次请求的大小上限，默认 4MB", "largest request, 4MB by default"),
    "help-sessions": ("每个进程最多同时打开多少个网页会话，默认 1000", "most WebSocket sessions of one process, 1000 by default"),
    "help-rate": ("同一地址每秒最多多少次请求，默认 100", "requests a second from one address, 100 by default"),
    "help-timeout": ("一次请求最多检查多少秒，默认 5", "seconds that the checks of one request may take, 5 by default"),
    "help-path": (
        "文件或文件夹；“-”表示标准输入；不写就检查当前文件夹",
        "files or folders; - for standard input; the current folder when none is given",
    ),
    "help-settings": ("查看某处生效的设置，以及各由谁决定", "show the settings in force somewhere, and who decided each"),
    "help-settings-path": ("文件或文件夹，默认当前文件夹", "file or folder; the current folder by default"),
    "help-schema": ("输出 keqi.toml 的 JSON Schema（供编辑器补全）", "print the JSON Schema of keqi.toml, for editors"),
    "help-init": ("按文件夹里的内容写一个带说明的 keqi.toml", "write a commented keqi.toml that fits the folder"),
    "help-init-path": ("文件夹，默认当前文件夹", "folder; the current one by default"),
    "help-force": ("已有 keqi.toml 也重写", "write it even if there is one"),
    "help-ignore": ("把一处问题记进忽略文件，以后不再报", "note a finding in the ignore file, so that it is not reported again"),
    "help-place": ("文件，可加行号和列号（回复.csv:12），工作簿写单元格（回复.xlsx[售后!C12]）", "a file, with line and column if you like (a.csv:12); in a workbook the cell (a.xlsx[Sheet1!C12])"),
    "help-ignore-rule": ("只忽略这条规则或这个类别", "only this rule or category"),
    "help-reason": ("为什么可以接受，写给以后的人看", "why it is acceptable, for whoever reads it later"),
    "help-until": ("到哪天为止（含当天），如 2027-01-31", "the last day on which it is ignored, like 2027-01-31"),
    "help-config": ("设置文件（默认从文件所在的文件夹往上找 keqi.toml 或 pyproject.toml）", "settings file (default: the nearest keqi.toml or pyproject.toml upward)"),
    "help-jobs": ("同时用几个进程，默认按处理器数", "processes to use; as many as there are processors by default"),
    "help-no-cache": ("不用也不留上次的结果", "neither use nor keep results of earlier runs"),
    "help-changed": ("只查 git 版本 REV（默认 HEAD）之后改过的回复", "only replies that have changed since the git revision REV (HEAD by default)"),
    "help-baseline": ("write：把现有问题记成基线；use：只报基线之外的；none：全部都报", "write: note what is found now; use: report only what is not noted; none: report everything"),
    "not-a-number": ("{name} 要写成大于 0 的整数，不能是“{value}”。", "{name} takes a whole number above 0, not {value!r}."),
    "help-fix": ("直接改写能放心改的地方（标准输入的改写结果写到标准输出）", "mend what can safely be mended (of standard input, the result goes to standard output)"),
    "help-unsafe": ("连需要人确认的改法也用上（与 --fix 或 --diff 合用）", "with --fix or --diff: also mend what a person should look at"),
    "help-diff": ("只显示会怎么改，不动文件", "show the changes, and change nothing"),
    "help-format": ("输出格式：{choices}，默认 text", "output: {choices}; text by default"),
    "help-profile": ("行业配置，默认 general", "profile of the trade; general by default"),
    "help-own": ("自己的词库文件夹，可写多次", "folder with your own lexicon; may be repeated"),
    "help-stdin": ("标准输入算作哪个文件（决定格式）", "the name that standard input goes by (decides its format)"),
    "help-statistics": ("只按规则统计数量", "only count, rule by rule"),
    "help-fail": ("有多严重的问题时退出码为 1：{choices}，默认 warning", "exit with 1 when something is at least this grave: {choices}; warning by default"),
    "help-lang": ("界面语言：zh 或 en（默认看环境变量 KEQI_LANG，否则 zh）", "zh or en (default: the variable KEQI_LANG, else zh)"),
    "help-size": ("单个文件的大小上限，默认 64MB", "size limit of a file; 64MB by default"),
    "help-color": ("颜色：auto（终端上才有）、always、never", "colour: auto (on a terminal), always, never"),
    "help-output": ("把报告写到这个文件，不显示在屏幕上", "write the report to this file, not to standard output"),
    "help-rule": ("规则编号（如 refusal.bare）或类别（如 refusal）", "a rule (as refusal.bare) or a category (as refusal)"),
    "help-lexicon-path": ("词库文件夹或文件；不写就检查自带的词库", "lexicon folders or files; the shipped lexicon when none is given"),
    "help-tcp": ("在 TCP 端口上等编辑器连接，如 127.0.0.1:8700", "wait for editors on a TCP port, e.g. 127.0.0.1:8700"),
    "help-ws": ("以 WebSocket 等连接，如 127.0.0.1:8701", "wait for connections as a WebSocket, e.g. 127.0.0.1:8701"),
    "help-allow-remote": (
        "允许监听本机以外的地址（没有密码，别的机器都能连；一般请用 keqi serve）",
        "allow addresses that other machines can reach (no password; keqi serve is meant for that)",
    ),
    "not-together": ("{name} 和 {value} 不能一起用。", "{name} and {value} exclude each other."),
    "not-an-address": (
        "“{value}”不是地址，请写成 127.0.0.1:8700 这样（主机:端口）。",
        "{value!r} is no address; write it like 127.0.0.1:8700.",
    ),
    "not-local": (
        "{value} 不是本机地址：语言服务没有密码，连上的人能读这台机器上的文件。确实要开放，请加 --allow-remote；给团队用请用 keqi serve。",
        "{value} is not this machine's own: there is no password, and clients can have files here read. "
        "Add --allow-remote if you mean it; for a team use keqi serve.",
    ),
    "no-websockets": (
        "WebSocket 需要 websockets 这个包：pip install websockets。",
        "WebSockets need the package websockets: pip install websockets.",
    ),
    "cannot-listen": (
        "不能在 {value} 上监听（{reason}）：端口可能已被占用，请换一个。",
        "cannot listen on {value} ({reason}): the port may be taken; choose another.",
    ),
    "help-stdio": ("用标准输入输出通信（默认）", "talk on standard input and output (the default)"),
    "help-log": ("日志详细程度；日志只含计数与耗时", "how much to log; the log holds counts and timings only"),
    "help-exit": (
        "退出码：0 没有达到失败级别的问题，1 有，2 用法、设置、词库或文件有错误。",
        "Exit status: 0 nothing at or above the failing level, 1 findings, 2 an error in usage, settings, lexicon or files.",
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Messages:
    """The wording in one language."""

    lang: str = "zh"
    """`zh` or `en`."""

    def say(self, key: str, **values: object) -> str:
        """The wording for `key`, with `values` in place; KeyError for an unknown key."""
        return wording(key, self.lang).format(**values)

    def failure(self, path: str, kind: str, details: Mapping[str, object]) -> str:
        """Why a file could not be used and what to do about it, in one line."""
        values = dict(details)
        if isinstance(limit := values.get("limit"), int):
            values |= {"limit": size(limit), "more": size(limit * 2)}
        code = values.get("code")
        if isinstance(code, str) and code in _WORDING:
            values["reason"] = self.say(code)
        # Divided before the values go in: one of them may be a bar itself.
        why, _, remedy = wording(kind, self.lang).partition("|")
        reason, advice = why.format(**values), remedy.format(**values)
        name = self.say("stdin") if path == "-" else path
        return self.say("failure", path=name, reason=reason, advice=advice)

    def near(self, name: str, known: tuple[str, ...]) -> str:
        """The question whether the nearest of `known` was meant; empty when none is near."""
        found = nearest(name, known)
        return self.say("did-you-mean", name=found) if found else ""


def wording(key: str, lang: str) -> str:
    """The wording for `key` with its braces; KeyError for an unknown key."""
    return _WORDING[key][LANGUAGES.index(lang)]


def size(count: int) -> str:
    """A number of bytes as one writes it for `--max-size`."""
    for unit, name in ((1 << 30, "GB"), (1 << 20, "MB"), (1 << 10, "KB")):
        if count >= unit and count % unit == 0:
            return f"{count // unit}{name}"
    return f"{count}B"


def keys() -> frozenset[str]:
    """All keys that there are."""
    return frozenset(_WORDING)
