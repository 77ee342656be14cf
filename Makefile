# 常用命令。直接运行 make 会列出它们。
# 需要 Python 3.11 以上；第一次运行要联网安装依赖，以后不用。
.DEFAULT_GOAL := help
.PHONY: help run demo test lint bench vsix clean distclean

BIN := .venv/bin
EXAMPLES ?= examples
PORT ?= 8765

help: ## 列出这些命令
	@echo "用法：make 命令"
	@sed -n 's/^\([a-z]*\):.*## /  make \1@/p' Makefile | awk -F@ '{printf "%-18s%s\n", $$1, $$2}'

run: ## 装好依赖，启动网页控制台和接口，显示网址（换端口：make run PORT=9000）
	@.ci/setup.sh run
	@$(BIN)/keqi serve --port $(PORT)

demo: ## 检查 examples/ 里的示例话术，再显示会怎么改（不动文件）
	@.ci/setup.sh run
	@echo "== 检查 $(EXAMPLES) =="
	@$(BIN)/keqi check $(EXAMPLES) || test $$? -eq 1
	@echo
	@echo "== 能放心改的地方，改完是这样（只显示，不动文件） =="
	@$(BIN)/keqi check --diff $(EXAMPLES) || test $$? -eq 1

test: lint ## 全部检查：代码规范、类型、测试
	@echo "== 测试 =="
	@$(BIN)/python -m pytest

lint: ## 代码规范（ruff）和类型（mypy）
	@.ci/setup.sh dev
	@echo "== 代码规范 =="
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@echo "== 类型 =="
	@$(BIN)/mypy

bench: ## 测量速度和内存（只报告，不影响测试结果）
	@.ci/setup.sh run
	@$(BIN)/python tests/bench/bench_core.py
	@$(BIN)/python tests/bench/bench_cli.py
	@$(BIN)/python tests/bench/bench_lsp.py
	@$(BIN)/python tests/bench/bench_library.py
	@$(BIN)/python tests/bench/bench_serve.py

vsix: ## 打包 VS Code 扩展（需要 Node 20 以上），得到 editors/vscode/dist/keqi.vsix
	@command -v npm >/dev/null || { echo "没有找到 npm：请先安装 Node.js 20 或更新的版本（https://nodejs.org）。" >&2; exit 1; }
	@cd editors/vscode && { cmp -s package-lock.json node_modules/.keqi-lock || { npm ci --ignore-scripts && cp package-lock.json node_modules/.keqi-lock; }; }
	@cd editors/vscode && npm run --silent check && npm run --silent package

clean: ## 删除缓存和打包产物（保留 .venv，不必重新联网）
	@rm -rf build dist editors/vscode/dist editors/vscode/out .pytest_cache .mypy_cache server/.mypy_cache .ruff_cache .hypothesis
	@find . -name .venv -prune -o -name node_modules -prune -o -name __pycache__ -type d -exec rm -rf {} +
	@echo "已删除缓存和打包产物。"

distclean: clean ## 连 .venv、扩展的依赖和测试用的编辑器也删除（下次运行要重新联网安装）
	@rm -rf .venv .cache editors/vscode/node_modules editors/web/node_modules
	@echo "已删除 .venv、扩展的依赖和测试用的编辑器。"
