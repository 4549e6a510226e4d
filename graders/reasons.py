"""Every reason a verdict can carry: a stable code and the Chinese sentence a learner reads."""

from __future__ import annotations

MESSAGES = {
    # the submission was refused; nothing of it was run
    "submission.empty": "交上来的文件是空的。请在浏览器里打开笔记本，确认内容都在，保存后重新提交。",
    "submission.too_large": "交上来的文件太大（多半是输出太多）。请选“清除所有输出”，保存后重新提交。",
    "submission.encoding": "文件编码不是 UTF-8（可能是 UTF-16 或 GBK）。请不要用记事本另存，直接提交原来的 .ipynb 文件。",
    "submission.not_a_notebook": "这个文件不是完整的笔记本（.ipynb），可能传错了文件或没有传完。请重新保存并提交。",
    "submission.too_deep": "笔记本的结构嵌套过深，无法读取。请从平台重新领取作业，把答案粘贴进去再提交。",
    "submission.version": "笔记本的格式版本不受支持（需要 nbformat 4）。请用平台上的 JupyterLab 打开、保存后重新提交。",
    "submission.too_many_cells": "笔记本的单元格太多。请删去多余的单元格后重新提交。",
    "submission.missing": "没有找到提交的文件或文件夹。请检查路径。",
    "submission.not_a_file": "提交的不是普通文件或文件夹（是链接、管道或设备），没有读取。请提交文件本身。",
    "submission.unreadable": "提交的文件或文件夹无法读取（没有权限，或磁盘出错）。",
    "submission.no_notebook": "提交的文件夹里没有这份作业的笔记本。请把发下来的那份答好，保持原来的文件名提交。",
    "submission.name_case": "笔记本的文件名与作业的大小写不一致。请改回发下来时的文件名，重新提交。",
    "submission.folder_too_large": "提交的文件夹里文件太多或太大。请只留下笔记本和它要读的文件，重新提交。",
    # the machinery or the assignment failed; not the learner's fault
    "source.invalid": "这份作业的教师版笔记本有问题，无法评分。已记录，请联系任课教师；您的提交已保存。",
    "source.files": "这份作业附带的数据文件有问题，无法评分。请联系任课教师；您的提交已保存。",
    "source.kernel": "这份作业要用的编程语言环境（内核）没有安装或无法启动，暂时无法评分。请联系任课教师；您的提交已保存。",
    "grader.walls": "评分环境没有准备好，暂时无法评分。您的提交已保存，恢复后会自动重评。",
    "grader.failed": "评分程序出了故障，这次没有得出结果。您的提交已保存，会重新评分。",
    # one test
    "test.wrong": "运行结果与要求不符。",
    "test.raised": "运行到这里时程序出错。请在自己的笔记本里“重启内核并运行所有单元格”，检查是否有报错。",
    "test.missing_name": "没有找到题目要求的函数或变量。请检查名称是否与题目一致，所在单元格是否能运行。",
    "test.not_answered": "这道题还没有作答（仍是原来的占位内容，或答题单元格被删掉了）。",
    "test.syntax": "答题单元格有语法错误，无法运行。",
    "test.input": "程序在等待键盘输入（input），评分时没有人输入。请改为用题目给出的变量或函数参数。",
    "test.exited": "程序自己退出了（例如调用了 exit），这道题没有检查完。请去掉退出语句。",
    "test.recursion": "递归太深，程序停不下来。请检查递归的结束条件。",
    "test.memory": "程序占用的内存超过了限制。请减少数据量，或换一种写法。",
    "test.partial": "部分要求已达到。",
    "test.bad_partial": "这道题的得分没有算出有效的数值，按 0 分记。如有疑问，请联系任课教师。",
    "test.changed": "这道题没有要求改动传进来的数据（列表、数组、表、文件），程序却改动了；按改动前的数据核对，结果不符。请先复制一份再改。",
    "test.broken": "这道题的检查程序本身无法运行，按 0 分记。请联系任课教师。",
    # the run ended before this test
    "run.time": "程序运行超时（可能有死循环），后面的题没有检查。",
    "run.memory": "程序占用的内存超过限制而被终止，后面的题没有检查。",
    "run.exited": "程序中途退出，后面的题没有检查。请去掉退出语句。",
    "run.crashed": "程序中途崩溃，后面的题没有检查。",
    "run.protocol": "程序干扰了评分过程，后面的题没有检查，按 0 分记。",
}


def message(code: str) -> str:
    """The sentence for a code; a code without one is a mistake of ours and is not hidden."""
    return MESSAGES[code]
