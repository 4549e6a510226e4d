# 两条命令：make up 启动整座平台；make test 证明它是好的。
PYTHON ?= python3
BIN := .venv/bin
# Compiled once here: a start that compiles what it imports takes several times as long.
UV := $(BIN)/uv pip install --python $(BIN)/python --quiet --compile-bytecode

.PHONY: up down status doctor test thorough faults parity honest malformed bench-grading bench-burst bench-spawn bench-density bench-dashboards bench-network bench-records lint lock clean
.DEFAULT_GOAL := help
help:  ## 列出可用的命令
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/'

up: .venv/.run  ## 启动：环境、数据库、代理、Hub、门户、看板、评分，并打印地址和账号
	@$(BIN)/luojiao up

down: .venv/.run  ## 停止一切，数据保留
	@$(BIN)/luojiao down

status: .venv/.run  ## 各服务的状态
	@$(BIN)/luojiao status

doctor: .venv/.run  ## 检查这台机器缺什么
	@$(BIN)/luojiao doctor

test: .venv/.test  ## 全部测试，四个文件同时（一半是等）
	$(BIN)/python -m pytest -n 4 --dist loadfile --no-loadscope-reorder

faults: .venv/.test  ## 故障演练：在每个步骤杀掉进程、停顿、断库，再核对不变量（几分钟）
	$(BIN)/python -m pytest tests/faults -m 'slow or not slow'

thorough: .venv/.test  ## make test 里略过的慢的一组（一小时左右；包含 faults、honest）
	$(BIN)/python -m pytest -m slow --timeout=1200

parity: .venv/.test  ## 与 nbgrader 原版逐题对照：请原版重评全部用法，与记录不同就失败（约半小时）
	$(BIN)/python -m tests.graders.parity.stock --all

honest: .venv/.test  ## 200 份又打印又告警的正确答卷，八份同时评：全部满分（几分钟）
	$(BIN)/python -m pytest tests/graders/test_under_load.py -m 'slow or not slow'

malformed: .venv/.test  ## 变坏的笔记本和消息各一万、文件夹一千：总有状态和说明（半小时以上）
	$(BIN)/python -m pytest tests/graders/test_malformed.py tests/graders/test_wire_fuzz.py --hypothesis-profile=many --timeout=7200

bench-spawn: .venv/.test  ## 打开学习环境多快：与原版 JupyterHub 同机轮流；再一个班 40 人同时（ROUNDS=5）
	$(BIN)/python -m tests.bench.spawn --rounds $(or $(ROUNDS),5) --class $(or $(CLASS),40)

bench-density: .venv/.test  ## 一台机器坐多少人：每人内存、内核多快就绪，与原版同机（LEARNERS=10）
	$(BIN)/python -m tests.bench.density --learners $(or $(LEARNERS),10)

bench-grading: .venv/.test  ## 评一份作业多快：与 nbgrader 同机、同核、同一批提交，轮流来（ROUNDS=5）
	$(BIN)/python -m tests.bench.grading --rounds $(or $(ROUNDS),5)

bench-dashboards: .venv/.test  ## 看板多快、每位访问者多少内存、传多少：与原版 Voilà（默认与 preheat）同机轮流（ROUNDS=5）
	$(BIN)/python -m tests.bench.dashboards --rounds $(or $(ROUNDS),5)

bench-network: .venv/.test  ## 细线上打开一课：4 Mbit/s 一人、5 Mbit/s 一个班 40 人（要 root、iproute2、iptables；有 squid 就加一组），与原版同机（ROUNDS=3）
	$(BIN)/python -m tests.bench.network --rounds $(or $(ROUNDS),3) --class $(or $(CLASS),40) --class-of-stock $(or $(OF_STOCK),-1)

bench-burst: .venv/.test  ## 集中提交 1000 份：丢失、p95、吞吐、内存（COUNT=5000 看内存是否平稳）
	$(BIN)/python -m tests.bench.burst --count $(or $(COUNT),1000)

bench-records: .venv/.test  ## 一个县的记录（12000 名教师、120000 名学生）：列表 p95、成批发证、PDF、报送，中途杀掉 worker（SIZE=s 小规模）
	$(BIN)/python -m tests.bench.records --size $(or $(SIZE),m) --rounds $(or $(ROUNDS),40)

lint: .venv/.test  ## 格式、类型、依赖方向
	$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy && $(BIN)/lint-imports

.venv/.uv: requirements-uv.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo '需要 Python 3.11 或更新版本：请安装后用 make PYTHON=python3.11 up 重试。'; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { echo '缺少 Python 的 venv 模块：Debian/Ubuntu 请安装 python3-venv 后重试。'; exit 1; }
	@echo '· 建立 Python 环境 .venv'
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-uv.lock
	@touch $@

.venv/.run: .venv/.uv requirements.lock package-lock.json pyproject.toml
	@echo '· 安装依赖（requirements.lock，逐个校验摘要）'
	@$(UV) --require-hashes -r requirements.lock
	@$(UV) --no-deps --no-build-isolation -e .
	@echo '· 安装代理（package-lock.json）'
	@$(BIN)/python -m hub.operations.node npm ci --omit=dev --no-audit --no-fund --loglevel=error
	@touch $@

.venv/.test: .venv/.run requirements-test.lock
	@echo '· 安装测试依赖（requirements-test.lock、package-lock.json）'
	@$(UV) --require-hashes -r requirements-test.lock
	@$(BIN)/python -m hub.operations.node npm ci --no-audit --no-fund --loglevel=error
	@touch $@

lock: .venv/.uv  ## 重新求解锁文件（需要联网）
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-header --python-version 3.11 pyproject.toml -o requirements.lock
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-header --python-version 3.11 pyproject.toml --extra test -c requirements.lock -o requirements-test.lock
