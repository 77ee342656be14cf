#!/usr/bin/env bash
# 准备 .venv。用法：.ci/setup.sh run（只装运行要用的）或 .ci/setup.sh dev（连测试工具）。
# 已经装好时什么也不做，也不联网。
set -euo pipefail
cd "$(dirname "$0")/.."

group=${1:-run}
venv=.venv
stamp=$venv/.keqi-$group
export PIP_DISABLE_PIP_VERSION_CHECK=1

fail() {
    printf '出错了：%s\n' "$1" >&2
    shift
    printf '  %s\n' "$@" >&2
    exit 1
}

# A name on the PATH proves nothing (version managers leave stubs): it has to run.
usable() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }

find_python() {
    local name
    for name in ${PYTHON:-} python3.13 python3.12 python3.11 python3 python; do
        if usable "$name"; then
            echo "$name"
            return
        fi
    done
    fail "没有找到 Python 3.11 或更新的版本。" \
        "请到 https://www.python.org/downloads/ 下载安装，然后再运行一次。" \
        "如果已经装了，请写明位置，例如：PYTHON=/opt/python3.12/bin/python3 make $goal"
}

make_venv() {
    local python
    python=$(find_python)
    echo "正在建立 $venv($("$python" --version))……"
    "$python" -m venv --clear "$venv" || fail "建立 $venv 没有成功。" \
        "Debian、Ubuntu 上可能缺少 venv 模块，请先运行：sudo apt install python3-venv"
}

install() {
    echo "正在安装依赖，只有第一次需要联网……"
    if [ "$group" = dev ]; then
        # Dependency groups came with pip 25.1.
        pip_is_new || "$venv/bin/python" -m pip install --quiet --upgrade 'pip>=25.1' || offline
        "$venv/bin/python" -m pip install --quiet --editable '.[serve]' --group dev || offline
    else
        "$venv/bin/python" -m pip install --quiet --editable '.[serve]' || offline
    fi
}

pip_is_new() {
    "$venv/bin/python" -c 'import pip, sys; sys.exit([int(n) for n in pip.__version__.split(".")[:2]] < [25, 1])'
}

offline() {
    fail "依赖没有装上（具体原因见上面 pip 的提示）。" \
        "第一次安装要联网：请检查网络和代理设置，然后再运行一次 make $goal。" \
        "单位内部有镜像的，可以写：PIP_INDEX_URL=镜像地址 make $goal"
}

goal=$([ "$group" = dev ] && echo test || echo run)
usable "$venv/bin/python" || make_venv
# Keyed on what is to be installed and on where: an editable install knows its checkout by path.
wanted=$("$venv/bin/python" -c 'import hashlib, pathlib as p; print(hashlib.sha256(p.Path("pyproject.toml").read_bytes()).hexdigest(), p.Path.cwd())')
if [ "$(cat "$stamp" 2>/dev/null)" != "$wanted" ]; then
    "$venv/bin/python" .ci/satisfied.py "$group" || install
    echo "正在整理词库，头一次要十来秒……"
    # Into the user's cache, which may not be writable: then each start does it again.
    "$venv/bin/python" -c 'from keqi.adapters.lexicons import load_shipped; load_shipped()'
    printf '%s\n' "$wanted" >"$stamp"
fi
