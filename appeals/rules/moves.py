"""Everything that can happen to an appeal, in the words of officials and of companies (policy §3–§8)."""

from appeals.rules.words import Word


class Move(Word):
    """Everything that can happen to an appeal; label for officials, company wording, English."""

    SUBMIT = "submit", "提交诉求", "您提交了诉求", "You filed the appeal"
    IMPORT = "import", "历史导入", "历史记录导入", "Imported from an older record"
    SUGGEST = "suggest", "系统提出分派建议"
    REVEAL = "reveal", "查看联系方式", "工作人员查看了您的联系方式", "Staff looked at your contact details"
    URGE = "urge", "企业催办", "您催办了一次", "You urged the unit"
    ENTER_STOCK = "enter_stock", "超期未受理，自动计入", "受理超时，已自动开始计时", "The clock started by itself"
    ASK_SUPPLEMENT = "ask_supplement", "要求补正", "请补充材料", "Please add what is missing"
    CALL_SUPPLEMENT = "call_supplement", "电话联系补正", "工作人员致电请您补充", "Called about what is missing"
    SUPPLEMENT = "supplement", "企业补充", "您补充了材料", "You added material"
    ACCEPT = "accept", "受理", "已受理", "Accepted"
    DECLINE = "decline", "不予受理", "未予受理", "Not accepted"
    LAPSE_SUPPLEMENT = "lapse_supplement", "逾期未补正", "未按期补充，未予受理", "Not supplemented in time"
    PASS_ON = "pass_on", "转专门渠道", "已转专门渠道", "Passed to a special channel"
    FOLLOW_STATUTORY = "follow_statutory", "跟踪专门程序"
    CLOSE_STATUTORY = (
        "close_statutory", "登记专门程序结果", "专门渠道已有结果", "The special channel has come to a result",
    )  # fmt: skip
    CORRECT_ACCUSED = "correct_accused", "更正被反映的单位或人员"
    DISPATCH = "dispatch", "交办", "已交承办单位", "Passed to the responsible unit"
    ACKNOWLEDGE = "acknowledge", "签收", "承办单位已签收", "The unit has taken it up"
    DEEM_ACKNOWLEDGED = (
        "deem_acknowledged", "超期未签收，视同签收", "承办单位已开始计时办理", "The unit's clock has started",
    )  # fmt: skip
    SUPPORT_ACKNOWLEDGE = "support_acknowledge", "协办签收", "协办单位已签收", "A supporting unit has taken it up"
    NAME_HANDLER = "name_handler", "指定承办人"
    MESSAGE = "message", "企业站内回复", "您给承办单位留言", "You wrote to the unit"
    CONTACT = "contact", "首次联系企业", "承办单位联系了您", "The unit contacted you"
    PLAN = "plan", "办理方案", "承办单位制定了办理方案", "The unit made a plan"
    DRAFT = "draft", "拟写答复"
    SUPPORT_REPORT = "support_report", "协办反馈", "协办单位已反馈", "A supporting unit reported"
    EXCUSE_SUPPORT = "excuse_support", "免除协办"
    SIGN_REPLY = "sign_reply", "审签答复", "承办单位已答复，正在审核", "The unit has answered; being checked"
    SEND_BACK = "send_back", "退回重办", "答复未通过审核，已退回重办", "The answer was sent back for more work"
    ENDORSE = "endorse", "审核同意终止，报第二人审签"
    END = "end", "审签终止", "经审核，本诉求已终止", "Ended after a second check"
    APPROVE = "approve", "审核办结", "答复已审核通过，请您评价", "The answer was approved; please rate it"
    CALL_BACK = "call_back", "电话回访", "工作人员电话回访", "A call-back was made"
    RATING_LINK = "rating_link", "领取评价链接"
    RATE = "rate", "评价（记录）", "您作了评价", "You rated the answer"
    RATE_GOOD = "rate_good", "好评销号", "您作了评价，事项完结", "You rated the answer; the appeal is closed"
    RATE_POOR = "rate_poor", "差评整改", "您作了评价，进入整改", "You rated the answer; it will be put right"
    UNDO_STRIKE_OFF = (
        "undo_strike_off", "企业改评，撤销销号", "您修改了评价，进入整改", "You changed your rating; it will be put right",
    )  # fmt: skip
    LAPSE = "lapse", "评价期满销号", "评价期满，事项完结", "The rating period ended; the appeal is closed"
    VERIFY = "verify", "核实差评", "已核实您的评价", "Your rating was verified"
    REPORT_RECTIFIED = "report_rectified", "报送整改情况", "整改情况已报送，正在审核", "The correction was reported"
    REJECT_RECTIFIED = "reject_rectified", "整改退回", "整改未通过审核，继续整改", "The correction was sent back"
    AUDIT_RECTIFIED = "audit_rectified", "整改审核通过", "整改已审核通过，请再次评价", "Put right; please rate again"
    ASK_WITHDRAWAL = "ask_withdrawal", "企业申请撤回", "您申请撤回", "You asked to withdraw"
    CONFIRM_WITHDRAWAL = "confirm_withdrawal", "回访确认撤回", "撤回已确认", "Withdrawal confirmed"
    REFUSE_WITHDRAWAL = "refuse_withdrawal", "撤回未获企业确认", "撤回未确认，继续办理", "Not withdrawn; work goes on"
    MOVE_DUE = (
        "move_due", "工作日正式公布，时限顺延", "工作日安排正式公布，答复时限顺延", "Working days were published; the date moved",
    )  # fmt: skip

    # Returns, conferences, supports and the second level (policy §5)
    PREPARE_REQUEST = "prepare_request", "拟写申请，待负责人签发"
    ASK_RETURN = "ask_return", "申请退单"
    UPHOLD_RETURN = "uphold_return", "同意退单", "正在重新确定承办单位", "Being assigned to another unit"
    REJECT_RETURN = "reject_return", "不同意退单，视同签收", "承办单位已签收", "The unit has taken it up"
    RECALL = "recall", "撤回交办", "正在重新确定承办单位", "Being assigned to another unit"
    CALL_CONFERENCE = "call_conference", "提请会商"
    CONFERENCE = "conference", "会商确定承办单位", "已会商确定承办单位", "The responsible unit was settled in conference"
    ANSWER_QUESTION = (
        "answer_question", "首接单位答复企业询问", "原承办单位答复了您的询问", "The former unit answered your question",
    )  # fmt: skip
    ASK_SUPPORT = "ask_support", "申请增加协办"
    ADD_SUPPORT = "add_support", "增加协办单位", "增加了协办单位", "A supporting unit was added"
    REFUSE_SUPPORT = "refuse_support", "不同意增加协办"
    ASK_EXCUSE = "ask_excuse", "协办单位申请免除"
    REFUSE_EXCUSE = "refuse_excuse", "不同意免除协办"
    HAND_ON = "hand_on", "二级分办"
    TAKE_BACK = "take_back", "收回二级分办"
    SUB_ACKNOWLEDGE = "sub_acknowledge", "二级签收"
    SUB_REPORT = "sub_report", "二级反馈"
    # What moves a date (policy §4)
    ASK_EXTENSION = (
        "ask_extension", "申请延期", "承办单位申请延长时限，待决定", "The unit asks for more time; not yet decided",
    )  # fmt: skip
    GRANT_EXTENSION = "grant_extension", "同意延期", "答复时限已延长", "The date was extended"
    REFUSE_EXTENSION = "refuse_extension", "不同意延期", "未同意延长，时限不变", "Not extended; the date stands"
    GRANT_SECOND_EXTENSION = "grant_second_extension", "同意二次延期", "答复时限再次延长", "The date was extended again"
    REFUSE_SECOND_EXTENSION = (
        "refuse_second_extension", "不同意二次延期", "未同意再次延长，时限不变", "Not extended again; the date stands",
    )  # fmt: skip
    ASK_SHELVING = (
        "ask_shelving", "申请挂账", "承办单位提出暂不具备条件，待决定",
        "The unit says conditions are not yet met; not yet decided",
    )  # fmt: skip
    CONSENT = "consent", "企业同意限期承诺", "您同意了限期承诺", "You agreed to the promised date"
    DISAGREE = "disagree", "企业提出异议", "您提出了异议，由管委会领导决定", "You disagreed; a leader decides"
    ENDORSE_SHELVING = "endorse_shelving", "同意挂账，报第二人审签"
    SHELVE = "shelve", "审签挂账", "暂不具备条件，持续跟踪", "Conditions not yet met, being followed"
    REFUSE_SHELVING = "refuse_shelving", "不同意挂账", "继续办理", "Work goes on"
    UPHOLD_DISAGREEMENT = "uphold_disagreement", "异议成立，继续办理", "您的异议成立，继续办理", "You were right; work goes on"
    REJECT_DISAGREEMENT = "reject_disagreement", "异议不成立", "您的异议未获支持", "Your objection was not upheld"
    REPORT_SHELVED = "report_shelved", "报送挂账进展", "承办单位报告了进展", "The unit reported progress"
    ASK_RENEWAL = (
        "ask_renewal", "申请续期挂账", "承办单位申请继续跟踪，待决定", "The unit asks to go on following it; not yet decided",
    )  # fmt: skip
    RENEW_SHELVING = "renew_shelving", "同意续期挂账", "跟踪期限已延长", "Being followed for longer"
    REFUSE_RENEWAL = "refuse_renewal", "不同意续期挂账", "跟踪期限不变", "It is not followed for longer"
    RESUME = "resume", "恢复办理", "恢复办理", "Work was resumed"
    ASK_COOPERATION = "ask_cooperation", "提请企业配合"
    GRANT_COOPERATION = "grant_cooperation", "请企业配合", "需要您配合提供材料", "Something is needed from you"
    REFUSE_COOPERATION = "refuse_cooperation", "不同意提请企业配合"
    COOPERATE = "cooperate", "企业已配合", "您已配合提供", "You provided what was needed"
    LAPSE_COOPERATION = "lapse_cooperation", "企业配合期满", "配合期已满，继续办理", "The time for it is over; work goes on"
    # What ends an appeal early, and what undoes that (policy §2, §3)
    PROPOSE_ENDING = (
        "propose_ending", "提请终止，报第二人审签", "拟终止办理，待另一人审核", "Ending it is proposed; a second person decides",
    )  # fmt: skip
    CONFIRM_ENDING = "confirm_ending", "第二人审签终止", "经审核，本诉求已终止", "Ended after a second check"
    REFUSE_ENDING = "refuse_ending", "不同意终止", "不终止，继续办理", "Not ended; work goes on"
    CALL_WARN = "call_warn", "电话告知配合事项", "工作人员致电请您配合", "Called about what is needed from you"
    ANSWER_ENDING = "answer_ending", "企业回应拟终止", "您作了说明，继续办理", "You answered; work goes on"
    PROPOSE_MERGE = "propose_merge", "提请并单，报第二人审签"
    MERGE = "merge", "并单", "已与相同事项合并办理", "Handled together with the same matter"
    REFUSE_MERGE = "refuse_merge", "不同意并单"
    UNMERGE = "unmerge", "撤销并单", "恢复单独办理", "Handled by itself again"
    MERGED_ANSWERED = (
        "merged_answered", "合并件已答复，征询企业", "合并办理的事项已答复，请您确认自己的问题是否解决",
        "The matter was answered; please say whether yours is solved",
    )  # fmt: skip
    ACCEPT_MERGED = "accept_merged", "企业确认已解决", "您确认自己的问题已解决", "You said that your matter is solved"
    PROPOSE_UNREASONABLE = "propose_unreasonable", "提请认定诉求不合理"
    CONFIRM_UNREASONABLE = (
        "confirm_unreasonable", "认定诉求不合理", "所提要求超出法律政策规定", "The demand goes beyond law or policy",
    )  # fmt: skip
    REFUSE_UNREASONABLE = "refuse_unreasonable", "不认定为不合理"
    ASK_REVIEW = "ask_review", "企业申请复核", "您申请了复核", "You asked for a review"
    UPHOLD_REVIEW = "uphold_review", "复核成立，恢复办理", "复核成立，恢复办理", "The review upheld you; work goes on"
    REJECT_REVIEW = "reject_review", "复核维持", "复核后维持原决定", "The review upheld the decision"
    RESUME_SUPPLEMENT = "resume_supplement", "补正后恢复", "您补充了材料，恢复受理程序", "You added material; considered again"
    REOPEN = "reopen", "重开为新件", "已另立新的诉求继续办理", "A new, linked appeal was opened"
    REPORT_REPRISAL = (
        "report_reprisal", "企业反映受到刁难", "您反映受到刁难，已转原单位以外处理",
        "You reported reprisal; it went outside the unit",
    )  # fmt: skip
    CONFIRM_FILING = "confirm_filing", "企业确认代提", "您确认了代为提交的诉求", "You confirmed the appeal filed for you"
    REJECT_FILING = "reject_filing", "企业不认可代提", "您不认可代为提交的诉求", "You rejected the appeal filed for you"
    # Ratings and rectification (policy §6)
    ASK_RATING_REVIEW = "ask_rating_review", "申请评价复核"
    ENDORSE_RATING_REVIEW = "endorse_rating_review", "评价复核同意，报第二人审签"
    UPHOLD_RATING_REVIEW = (
        "uphold_rating_review", "评价复核成立，不计入统计", "经复核，该次评价不计入统计",
        "After a review the rating is not counted",
    )  # fmt: skip
    REJECT_RATING_REVIEW = "reject_rating_review", "评价复核不成立"
    PLAN_RECTIFICATION = "plan_rectification", "整改方案", "承办单位制定了整改方案", "The unit made a plan to put it right"
    AUDIT_THIRD = "audit_third", "领导审核第三轮整改", "整改已审核通过，请再次评价", "Put right; please rate again"
    REJECT_THIRD = "reject_third", "领导退回第三轮整改", "整改未通过审核，继续整改", "The correction was sent back"
    RECHECK = "recheck", "抽查复核"
    PROPOSE_CLOSING = "propose_closing", "提请按已尽责仍不满意办结"
    CLOSE = "close", "审签：已尽责仍不满意", "事项完结，理由已公开说明", "Closed; the reasons are given"
    REFUSE_CLOSING = "refuse_closing", "不同意，继续整改", "继续整改", "It goes on being put right"
    EXPLAIN_LAWFUL = "explain_lawful", "负责人当面解释", "承办单位负责人向您作了解释", "The head of the unit explained it to you"
    CONFIRM_EXPLAINED = "confirm_explained", "核定已依法解释", "已依法解释，事项完结", "Explained according to law; closed"
    REFUSE_EXPLAINED = (
        "refuse_explained", "不予核定，继续整改", "解释的依据未获核定，继续整改", "The basis did not hold; work goes on",
    )  # fmt: skip
    # Supervision (policy §8)
    SEND_PAPER = "send_paper", "发出督办文书", "已要求承办单位抓紧办理", "The unit was told to act without delay"
    ANSWER_PAPER = "answer_paper", "回复督办文书"
    INSTRUCT = "instruct", "领导批示", "管委会领导作出批示", "A leader gave an instruction"
    ANSWER_INSTRUCTION = "answer_instruction", "回复批示"
    REFER = "refer", "移送问题线索"
