#!/usr/bin/env bash
# 安装 tests/clients 要用的真实编辑器和浏览器、tests/serve 要用的 nginx（Debian、Ubuntu）；已经装好的不再装，也不联网。
# 版本写在 tests/clients/versions.env；除了 apt 装的系统包，全部放在 .cache/clients 里，删掉即可卸载。
set -euo pipefail
cd "$(dirname "$0")/.."

. tests/clients/versions.env
cache=$PWD/.cache/clients
export npm_config_fund=false npm_config_audit=false npm_config_loglevel=error

say() { printf '== %s ==\n' "$1"; }

as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi; }

# Node comes from wherever the machine has it; a second one from Debian would get in its way.
packages=(build-essential chromium elpa-eglot emacs-nox fonts-noto-cjk fonts-noto-color-emoji
    libkrb5-dev libsecret-1-dev neovim pkg-config python3 ripgrep)
command -v npm >/dev/null || packages+=(nodejs npm)
# Debian's goes by this name; another Firefox does as well.
command -v firefox >/dev/null || packages+=(firefox-esr)
command -v nginx >/dev/null || packages+=(nginx-light)
command -v openssl >/dev/null || packages+=(openssl)
command -v systemd-analyze >/dev/null || packages+=(systemd)

install_packages() {
    dpkg-query --show --showformat='${db:Status-Status}\n' "${packages[@]}" 2>/dev/null |
        awk '$1 == "installed" { n++ } END { exit n != '"${#packages[@]}"' }' && return
    say "系统包：${packages[*]}"
    as_root apt-get update -qq
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${packages[@]}" >/dev/null
    # The tests start an nginx of their own; Debian's would go on answering at port 80.
    [[ " ${packages[*]} " != *" nginx-light "* ]] || as_root systemctl disable --now --quiet nginx 2>/dev/null || true
}

# Installs into a folder whose name is the version; a mark written last tells a whole one from a broken one.
installed() { [ -f "$1/.whole" ]; }

install_playwright() {
    local folder=$cache/playwright-core-$PLAYWRIGHT_CORE
    installed "$folder" && return
    say "playwright-core $PLAYWRIGHT_CORE"
    fresh "$folder"
    npm install --prefix "$folder" --no-save --ignore-scripts "playwright-core@$PLAYWRIGHT_CORE"
    touch "$folder/.whole"
}

# Where its install scripts may not download, code-server needs what they would have made: the native modules
# compiled, ripgrep from the system, the links of its postinstall.
install_code_server() {
    local folder=$cache/code-server-$CODE_SERVER headers
    installed "$folder" && return
    say "code-server $CODE_SERVER（约两分钟）"
    fresh "$folder"
    headers=$(node -p 'require("path").resolve(process.execPath, "../..")')
    npm install --prefix "$folder" --no-save --ignore-scripts "code-server@$CODE_SERVER"
    npm rebuild --prefix "$folder" --nodedir="$headers" argon2
    cd "$folder/node_modules/code-server/lib/vscode"
    npm install --omit=dev --ignore-scripts
    for module in @vscode/spdlog native-watchdog @vscode/deviceid kerberos; do
        npm rebuild --nodedir="$headers" "$module"
    done
    # Its last step, a download, may fail; the module itself is built before.
    npm rebuild --nodedir="$headers" node-pty >"$folder/node-pty.log" 2>&1 || true
    test -f node_modules/node-pty/build/Release/pty.node || { cat "$folder/node-pty.log" >&2; return 1; }
    mkdir -p node_modules/@vscode/ripgrep/bin
    ln -sf "$(command -v rg)" node_modules/@vscode/ripgrep/bin/rg
    ln -sfn node_modules node_modules.asar
    (cd extensions && npm install --omit=dev --ignore-scripts && node postinstall.mjs >/dev/null)
    cd - >/dev/null
    "$folder/node_modules/.bin/code-server" --version
    touch "$folder/.whole"
}

fresh() {
    rm -rf "$1"
    mkdir -p "$1"
    echo '{"private":true}' >"$1/package.json"
}

# What the console and the browser extension are built and tested with.
install_web() {
    cmp -s editors/web/package-lock.json editors/web/node_modules/.keqi-lock && return
    say "editors/web 的依赖"
    (cd editors/web && npm ci --ignore-scripts && cp package-lock.json node_modules/.keqi-lock)
}

install_packages
install_playwright
install_code_server
install_web
