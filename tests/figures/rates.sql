-- Policy §7 and §9 once more, in plain SQL over the tables; nothing here is taken from the program's own rules.
--
-- Period [p0, p1); F is `f`; `struck_f` is the F of the next cycle, by which strike-offs must be recorded. Instants are
-- whole seconds since 1970. Three words differ between SQLite and PostgreSQL and are put in before a statement is run:
-- seconds(column), moment(ISO text), elements(JSON list). Where §9 allows two answers, docs/decisions/0008 says which.
-- Each table below holds what was so "before p1 and recorded by F" (§9), unless its comment says more.
-- The last one, second_item, has a row per appeal, line and key: what it adds to the numerator; each adds 1 below.

CREATE TEMPORARY TABLE second_bounds AS
SELECT CAST(:p0 AS BIGINT) AS p0, CAST(:p1 AS BIGINT) AS p1, CAST(:f AS BIGINT) AS f,
       CAST(:p1 AS BIGINT) + 14 * 86400 AS struck_until, CAST(:struck_f AS BIGINT) AS struck_f,
       CAST(:office AS VARCHAR(100)) AS office;

-- -- the tables, with instants as seconds --------------------------------------------------------------------

CREATE TEMPORARY TABLE second_move AS
SELECT id, appeal_id, assignment_id, reason, seconds(at) AS at, seconds(recorded_at) AS recorded,
       seconds(before_at) AS old, seconds(after_at) AS new,
       seconds(original_before_at) AS original_old, seconds(original_after_at) AS original_new
FROM due_move;

CREATE TEMPORARY TABLE second_move_known AS
SELECT m.* FROM second_move m, second_bounds b WHERE m.at < b.p1 AND m.recorded <= b.f;

-- What once stood and was taken back (§6 strike-off, §3 review and unmerge).
CREATE TEMPORARY TABLE second_past AS
SELECT a.id AS appeal_id, e.value ->> 'what' AS what, moment(e.value ->> 'at') AS at,
       moment(e.value ->> 'undone_at') AS undone,
       COALESCE(moment(e.value ->> 'recorded_at'), moment(e.value ->> 'at')) AS recorded
FROM appeal a, elements(a.undone) e;

CREATE TEMPORARY TABLE second_exclusion AS
SELECT a.id AS appeal_id, a.exclusion AS what, COALESCE(seconds(a.excluded_at), seconds(a.submitted_at)) AS at,
       COALESCE(seconds(a.excluded_recorded_at), seconds(a.excluded_at), seconds(a.submitted_at)) AS recorded
FROM appeal a, second_bounds b
WHERE a.exclusion IS NOT NULL
  AND (a.excluded_at IS NULL
       OR (seconds(a.excluded_at) < b.p1 AND COALESCE(seconds(a.excluded_recorded_at), seconds(a.excluded_at)) <= b.f))
UNION ALL
SELECT p.appeal_id, p.what, p.at, p.recorded FROM second_past p, second_bounds b
WHERE p.what NOT IN ('declined', 'struck_off', 'completed', 'approved') AND p.at < b.p1 AND p.recorded <= b.f
  AND NOT (p.undone < b.p1 AND p.undone <= b.f);

CREATE TEMPORARY TABLE second_declined AS
SELECT a.id AS appeal_id FROM appeal a, second_bounds b
WHERE seconds(a.declined_at) < b.p1 AND seconds(a.declined_at) <= b.f
UNION
SELECT p.appeal_id FROM second_past p, second_bounds b
WHERE p.what = 'declined' AND p.at < b.p1 AND p.recorded <= b.f AND NOT (p.undone < b.p1 AND p.undone <= b.f);

-- What the office owed: done by now, and what is still open.
CREATE TEMPORARY TABLE second_duty AS
SELECT appeal_id, kind, holder_id, seconds(due_at) AS due, seconds(done_at) AS done FROM duty
UNION ALL
SELECT a.id, 'accept', o.id, seconds(a.accept_due_at), NULL
FROM appeal a, second_bounds b, unit o WHERE o.name = b.office AND a.state = 'submitted' AND a.accept_due_at IS NOT NULL
UNION ALL
SELECT a.id, 'dispatch', o.id, seconds(a.dispatch_due_at), NULL
FROM appeal a, second_bounds b, unit o WHERE o.name = b.office AND a.state = 'accepted' AND a.dispatch_due_at IS NOT NULL
UNION ALL
SELECT a.id, 'approve', o.id, seconds(a.approve_due_at), NULL
FROM appeal a, second_bounds b, unit o WHERE o.name = b.office AND a.state = 'replied' AND a.approve_due_at IS NOT NULL
UNION ALL
SELECT x.appeal_id, 'approve', CASE WHEN x.round < 3 THEN o.id END, seconds(x.audit_due_at), NULL
FROM rectification x, second_bounds b, unit o
WHERE o.name = b.office AND x.reported_at IS NOT NULL AND x.audited_at IS NULL AND x.ended_at IS NULL
  AND x.audit_due_at IS NOT NULL;

-- Test and statutory are outside everything; what had not been filed yet is not there.
CREATE TEMPORARY TABLE second_appeal AS
SELECT a.id, COALESCE(CASE WHEN a.split_by_company THEN NULL ELSE a.split_from_id END, a.id) AS root,
       a.outcome, a.filer_unit_id, seconds(a.accepted_at) AS accepted,
       CASE WHEN a.completed_at IS NOT NULL AND seconds(a.completed_at) < b.p1 AND seconds(a.completed_at) <= b.f
            THEN seconds(a.completed_at) END AS completed,
       COALESCE((SELECT k.new FROM second_move_known k WHERE k.appeal_id = a.id AND k.assignment_id IS NULL
                 ORDER BY k.at DESC, k.id DESC LIMIT 1),
                (SELECT m.old FROM second_move m WHERE m.appeal_id = a.id AND m.assignment_id IS NULL
                 ORDER BY m.at, m.id LIMIT 1),
                seconds(a.due_at)) AS due,
       seconds(a.first_window_ends_at) AS window_end
FROM appeal a, second_bounds b
WHERE NOT a.is_test AND seconds(a.submitted_at) < b.p1 AND seconds(a.submitted_at) <= b.f
  AND a.id NOT IN (SELECT appeal_id FROM second_exclusion WHERE what IN ('statutory', 'test'));

-- In stock and in the bases from acceptance, or from the moment it was due and missed (§4).
CREATE TEMPORARY TABLE second_stock AS
SELECT a.* FROM second_appeal a, second_bounds b
WHERE (a.accepted < b.p1 AND a.accepted <= b.f)
   OR EXISTS (SELECT 1 FROM second_duty d WHERE d.appeal_id = a.id AND d.kind = 'accept'
              AND d.due < b.p1 AND d.due <= b.f AND (d.done IS NULL OR d.done > d.due));

-- Void and ended only since the moment the unit lost it; a sub-assignment counts nowhere (§5: once, at the first level).
CREATE TEMPORARY TABLE second_dispatch AS
SELECT t.id, t.appeal_id, t.unit_id, u.name AS unit, t.part, seconds(t.dispatched_at) AS dispatched,
       seconds(t.ack_due_at) AS ack_due,
       CASE WHEN seconds(t.acknowledged_at) < b.p1
             AND COALESCE(seconds(t.acknowledged_recorded_at), seconds(t.acknowledged_at)) <= b.f
            THEN seconds(t.acknowledged_at) END AS acknowledged,
       COALESCE((SELECT k.new FROM second_move_known k WHERE k.assignment_id = t.id
                 ORDER BY k.at DESC, k.id DESC LIMIT 1),
                (SELECT m.old FROM second_move m WHERE m.assignment_id = t.id ORDER BY m.at, m.id LIMIT 1),
                seconds(t.due_at)) AS due,
       COALESCE((SELECT k.original_new FROM second_move_known k
                 WHERE k.assignment_id = t.id AND k.original_new IS NOT NULL ORDER BY k.at DESC, k.id DESC LIMIT 1),
                (SELECT m.original_old FROM second_move m
                 WHERE m.assignment_id = t.id AND m.original_old IS NOT NULL ORDER BY m.at, m.id LIMIT 1),
                seconds(t.original_due_at)) AS original_due,
       CASE WHEN t.void AND (t.ended_at IS NULL OR (seconds(t.ended_at) < b.p1 AND seconds(t.ended_at) <= b.f))
            THEN 1 ELSE 0 END AS void,
       CASE WHEN t.ended_at IS NOT NULL AND seconds(t.ended_at) < b.p1 AND seconds(t.ended_at) <= b.f
            THEN 1 ELSE 0 END AS ended
FROM assignment t JOIN unit u ON u.id = t.unit_id, second_bounds b
WHERE t.part <> 'sub' AND seconds(t.dispatched_at) < b.p1 AND seconds(t.dispatched_at) <= b.f;

-- The version finally approved, as judged by F; one not yet judged counts as submitted (§7).
CREATE TEMPORARY TABLE second_reply AS
SELECT r.assignment_id, MAX(seconds(r.submitted_at)) AS at
FROM reply r, second_bounds b
WHERE r.round = 1 AND seconds(r.submitted_at) < b.p1 AND seconds(r.submitted_at) <= b.f
  AND NOT (r.approved IS NOT NULL AND NOT r.approved AND (r.judged_at IS NULL OR seconds(r.judged_at) <= b.f))
GROUP BY r.assignment_id;

CREATE TEMPORARY TABLE second_shelved AS
SELECT s.appeal_id, seconds(s.from_at) AS since,
       CASE WHEN s.to_at IS NOT NULL AND seconds(s.to_at) < b.p1 AND seconds(s.to_at) <= b.f
            THEN seconds(s.to_at) END AS until
FROM shelving s, second_bounds b WHERE seconds(s.from_at) < b.p1 AND seconds(s.from_at) <= b.f;

-- -- whose line ----------------------------------------------------------------------------------------------

CREATE TEMPORARY TABLE second_final AS
SELECT t.id, t.appeal_id, t.unit_id FROM second_dispatch t
WHERE t.part = 'lead' AND t.void = 0 AND t.ended = 0
  AND NOT EXISTS (SELECT 1 FROM second_dispatch n
                  WHERE n.appeal_id = t.appeal_id AND n.part = 'lead' AND n.void = 0
                    AND (n.dispatched > t.dispatched OR (n.dispatched = t.dispatched AND n.id > t.id)));

-- What the filer's unit does in an appeal that it also leads stands apart (§2 自提自办).
CREATE TEMPORARY TABLE second_self_handled AS
SELECT a.id AS appeal_id, f.unit_id FROM second_appeal a JOIN second_final f ON f.appeal_id = a.id
WHERE f.unit_id = a.filer_unit_id;

CREATE TEMPORARY TABLE second_task AS
SELECT t.*, r.at AS replied,
       CASE WHEN h.appeal_id IS NOT NULL THEN '自提自办' ELSE t.unit END AS line
FROM second_dispatch t LEFT JOIN second_reply r ON r.assignment_id = t.id
LEFT JOIN second_self_handled h ON h.appeal_id = t.appeal_id AND h.unit_id = t.unit_id;

CREATE TEMPORARY TABLE second_lead AS
SELECT t.* FROM second_task t JOIN second_final f ON f.id = t.id;

-- Appeals that stand in the bases of timeliness and clearance as far as declining and exclusion go.
CREATE TEMPORARY TABLE second_timely AS
SELECT a.* FROM second_appeal a
WHERE a.id NOT IN (SELECT appeal_id FROM second_declined)
  AND NOT EXISTS (SELECT 1 FROM second_exclusion x
                  WHERE x.appeal_id = a.id AND x.what IN ('merged', 'withdrawn', 'legal', 'uncooperative') AND x.at < a.due);

-- Appeals due in the period with the line they are charged to (§7); one never accepted only once acceptance was missed.
CREATE TEMPORARY TABLE second_due AS
SELECT a.*,
       CASE WHEN l.id IS NULL OR l.due > a.due THEN b.office
            WHEN l.replied <= l.due AND (a.completed IS NULL OR a.completed > a.due) THEN b.office
            ELSE l.line END AS line
FROM second_bounds b, second_timely a LEFT JOIN second_lead l ON l.appeal_id = a.id
WHERE a.due >= b.p0 AND a.due < b.p1 AND a.id IN (SELECT id FROM second_stock)
  AND NOT EXISTS (SELECT 1 FROM second_shelved s
                  WHERE s.appeal_id = a.id AND s.since <= a.due AND (s.until IS NULL OR s.until > a.due));

CREATE TEMPORARY TABLE second_task_due AS
SELECT t.* FROM second_bounds b, second_task t JOIN second_timely a ON a.id = t.appeal_id
WHERE t.void = 0 AND t.due >= b.p0 AND t.due < b.p1
  AND NOT EXISTS (SELECT 1 FROM second_shelved s
                  WHERE s.appeal_id = t.appeal_id AND s.since <= t.due AND (s.until IS NULL OR s.until > t.due));

-- Strike-offs, the present one and those taken back later (§6).
CREATE TEMPORARY TABLE second_struck_off AS
SELECT a.id AS appeal_id, seconds(a.struck_off_at) AS at, NULL AS undone FROM appeal a WHERE a.struck_off_at IS NOT NULL
UNION ALL
SELECT p.appeal_id, p.at, p.undone FROM second_past p WHERE p.what = 'struck_off';

-- -- ratings -------------------------------------------------------------------------------------------------

-- Valid when given: round 1, not by proxy, not from staff; a review upheld may have ended that since.
CREATE TEMPORARY TABLE second_rating AS
SELECT r.id, r.appeal_id, r.source, r.level, r.contacted, r.solved, seconds(r.at) AS at,
       CASE WHEN seconds(r.discounted_at) < b.p1 AND seconds(r.discounted_at) <= b.f THEN 1 ELSE 0 END AS discounted
FROM rating r, second_bounds b
WHERE r.round = 1 AND r.source <> 'PROXY' AND (r.counts OR r.discounted_at IS NOT NULL) AND seconds(r.at) <= b.f;

CREATE TEMPORARY TABLE second_first AS
SELECT a.id AS appeal_id, a.window_end, MIN(r.at) AS at
FROM second_appeal a LEFT JOIN second_rating r ON r.appeal_id = a.id AND r.at <= a.window_end
WHERE a.completed IS NOT NULL
GROUP BY a.id, a.window_end;

-- The cohort: completed, no exclusion, settled in the period. The last word within 24 hours counts, even past p1.
CREATE TEMPORARY TABLE second_cohort AS
SELECT a.id, a.root, a.outcome, l.line, r.source, r.level, r.contacted, r.solved, CASE WHEN r.id IS NULL THEN 0 ELSE 1 END AS rated
FROM second_bounds b, second_first f JOIN second_appeal a ON a.id = f.appeal_id
JOIN second_lead l ON l.appeal_id = a.id
LEFT JOIN second_rating r ON r.appeal_id = a.id AND r.discounted = 0
 AND r.id = (SELECT c.id FROM second_rating c
             WHERE c.appeal_id = a.id AND c.at BETWEEN f.at AND f.at + 86400 ORDER BY c.at DESC, c.id DESC LIMIT 1)
WHERE a.id NOT IN (SELECT appeal_id FROM second_exclusion) AND a.id NOT IN (SELECT appeal_id FROM second_declined)
  AND COALESCE(f.at, f.window_end) >= b.p0 AND COALESCE(f.at, f.window_end) < b.p1;

-- The report finally audited, or one not judged by F: in time by its submission (§6), like a reply.
CREATE TEMPORARY TABLE second_report AS
SELECT i.rectification_id, MAX(i.at) AS at
FROM (SELECT x.id AS rectification_id, seconds(x.reported_at) AS at, NULL AS rejected FROM rectification x
      UNION ALL
      SELECT x.id, moment(e.value ->> 'submitted_at'), moment(e.value ->> 'judged_at')
      FROM rectification x, elements(x.earlier_reports) e) i, second_bounds b
WHERE i.at < b.p1 AND i.at <= b.f AND (i.rejected IS NULL OR i.rejected > b.f)
GROUP BY i.rectification_id;

CREATE TEMPORARY TABLE second_return AS
SELECT CASE WHEN q.granted THEN 1 ELSE 0 END AS upheld, CASE WHEN q.fault = 'office' THEN 1 ELSE 0 END AS office_fault,
       (SELECT t.id FROM assignment t
        WHERE t.appeal_id = q.appeal_id AND t.unit_id = q.asking_unit_id AND seconds(t.dispatched_at) <= seconds(q.asked_at)
        ORDER BY t.dispatched_at DESC, t.id DESC LIMIT 1) AS task_id
FROM request q, second_bounds b
WHERE q.kind = 'return' AND q.granted IS NOT NULL AND seconds(q.decided_at) <= b.f;  -- NULL: nothing was left to decide

-- Dispatches of the period, as marked by F; a return belongs to the unit's last one at or before it (§5).
CREATE TEMPORARY TABLE second_received AS
SELECT t.*,
       CASE WHEN EXISTS (SELECT 1 FROM second_return q WHERE q.task_id = t.id AND q.upheld = 1 AND q.office_fault = 1)
            THEN 1 ELSE 0 END AS returned,
       CASE WHEN EXISTS (SELECT 1 FROM second_return q WHERE q.task_id = t.id AND q.upheld = 0) THEN 1 ELSE 0 END AS rejected
FROM second_bounds b, second_task t WHERE t.dispatched >= b.p0;

-- -- the keys ------------------------------------------------------------------------------------------------

CREATE TEMPORARY TABLE second_item AS
SELECT 'acknowledged_on_time' AS key, t.line AS line, t.appeal_id, a.root,
       CASE WHEN t.acknowledged <= t.ack_due THEN 1 ELSE 0 END AS adds
FROM second_bounds b, second_task t JOIN second_appeal a ON a.id = t.appeal_id
WHERE t.void = 0 AND t.ack_due >= b.p0 AND t.ack_due < b.p1
  AND a.id NOT IN (SELECT appeal_id FROM second_declined)
  AND NOT EXISTS (SELECT 1 FROM second_exclusion x WHERE x.appeal_id = t.appeal_id AND x.at < t.ack_due)
UNION ALL
SELECT 'support_on_time', t.line, t.appeal_id, a.root, CASE WHEN t.replied <= t.due THEN 1 ELSE 0 END
FROM second_task_due t JOIN second_appeal a ON a.id = t.appeal_id WHERE t.part = 'support'
UNION ALL
SELECT k.key, l.line, l.appeal_id, a.root,
       CASE k.key WHEN 'on_time' THEN CASE WHEN l.replied <= l.due THEN 1 ELSE 0 END
                  WHEN 'on_time_original' THEN CASE WHEN l.replied <= l.original_due THEN 1 ELSE 0 END
                  WHEN 'replied' THEN CASE WHEN l.replied IS NOT NULL THEN 1 ELSE 0 END
                  WHEN 'sent_back' THEN CASE WHEN EXISTS (
                      SELECT 1 FROM reply r, second_bounds b WHERE r.assignment_id = l.id AND r.round = 1
                      AND NOT r.approved AND seconds(r.judged_at) <= b.f) THEN 1 ELSE 0 END
                  WHEN 'extended' THEN CASE WHEN EXISTS (
                      SELECT 1 FROM second_move m, second_bounds b WHERE m.assignment_id = l.id
                      AND m.reason = 'extension' AND m.recorded <= b.f)
                      OR l.due > l.original_due THEN 1 ELSE 0 END END
FROM second_lead l JOIN second_task_due t ON t.id = l.id JOIN second_appeal a ON a.id = l.appeal_id
CROSS JOIN (SELECT 'on_time' AS key UNION SELECT 'on_time_original' UNION SELECT 'replied'
            UNION SELECT 'sent_back' UNION SELECT 'extended') k
UNION ALL
SELECT k.key, d.line, d.id, d.root,
       CASE k.key WHEN 'promise_kept' THEN CASE WHEN d.completed <= d.due THEN 1 ELSE 0 END
                  WHEN 'cleared' THEN CASE WHEN d.completed IS NOT NULL THEN 1 ELSE 0 END
                  ELSE CASE WHEN EXISTS (
                      SELECT 1 FROM second_struck_off s WHERE s.appeal_id = d.id AND s.at < b.struck_until
                      AND s.at <= b.struck_f
                      AND NOT (s.undone IS NOT NULL AND s.undone < b.struck_until AND s.undone <= b.struck_f))
                  THEN 1 ELSE 0 END END
FROM second_bounds b, second_due d
CROSS JOIN (SELECT 'promise_kept' AS key UNION SELECT 'cleared' UNION SELECT 'struck_off') k
UNION ALL
SELECT k.key, c.line, c.id, c.root,
       CASE k.key WHEN 'rated' THEN c.rated
                  WHEN 'self_rated' THEN CASE WHEN c.source = 'SELF' THEN 1 ELSE 0 END
                  ELSE CASE WHEN c.level >= 3 THEN 1 ELSE 0 END END
FROM second_cohort c
CROSS JOIN (SELECT 'rated' AS key UNION SELECT 'self_rated' UNION SELECT 'good_of_all') k
UNION ALL
SELECT k.key, c.line, c.id, c.root,
       CASE k.key WHEN 'good' THEN CASE WHEN c.level >= 3 THEN 1 ELSE 0 END
                  WHEN 'weighted' THEN CASE WHEN c.level >= 4 THEN 10 WHEN c.level = 3 THEN 9 ELSE 0 END
                  WHEN 'responded' THEN CASE WHEN c.contacted THEN 1 ELSE 0 END
                  ELSE CASE WHEN c.solved = 'yes' THEN 1 ELSE 0 END END
FROM second_cohort c
CROSS JOIN (SELECT 'good' AS key UNION SELECT 'weighted' UNION SELECT 'responded'
            UNION SELECT 'solved' UNION SELECT 'solved_reasonable') k
WHERE c.rated = 1
  AND NOT (k.key = 'responded' AND c.contacted IS NULL)
  AND NOT (k.key = 'solved_reasonable' AND c.outcome = 'explained')
UNION ALL
SELECT k.key, l.line, x.appeal_id, a.root,
       CASE k.key WHEN 'rectified'
                  THEN CASE WHEN seconds(x.audited_at) < b.p1 AND seconds(x.audited_at) <= b.f THEN 1 ELSE 0 END
                  ELSE CASE WHEN EXISTS (SELECT 1 FROM second_report r WHERE r.rectification_id = x.id
                                         AND r.at <= seconds(x.due_at)) THEN 1 ELSE 0 END END
FROM second_bounds b, rectification x JOIN second_appeal a ON a.id = x.appeal_id
JOIN second_lead l ON l.appeal_id = a.id
CROSS JOIN (SELECT 'rectified' AS key UNION SELECT 'rectified_on_time') k
WHERE seconds(x.due_at) >= b.p0 AND seconds(x.due_at) < b.p1
  AND NOT (x.ended_at IS NOT NULL AND seconds(x.ended_at) < seconds(x.due_at))
UNION ALL
SELECT 'misdispatched', b.office, t.appeal_id, a.root, t.returned
FROM second_bounds b, second_received t JOIN second_appeal a ON a.id = t.appeal_id WHERE t.void = 0 OR t.returned = 1
UNION ALL
SELECT 'returns_rejected', t.line, t.appeal_id, a.root, t.rejected
FROM second_received t JOIN second_appeal a ON a.id = t.appeal_id WHERE t.void = 0
UNION ALL
SELECT 'withdrawn', COALESCE(l.line, b.office), a.id, a.root,
       CASE WHEN EXISTS (
           SELECT 1 FROM appeal w WHERE w.id = a.id AND w.exclusion = 'withdrawn'
           AND COALESCE(seconds(w.excluded_recorded_at), seconds(w.excluded_at)) <= b.f)
         OR EXISTS (SELECT 1 FROM second_past p WHERE p.appeal_id = a.id AND p.what = 'withdrawn'
                    AND p.recorded <= b.f AND p.undone > b.f) THEN 1 ELSE 0 END
FROM second_bounds b, second_appeal a LEFT JOIN second_lead l ON l.appeal_id = a.id
WHERE a.accepted >= b.p0 AND a.accepted < b.p1 AND a.accepted <= b.f
UNION ALL
SELECT 'reopened', COALESCE(l.line, b.office), a.id, a.root,
       CASE WHEN EXISTS (SELECT 1 FROM appeal n WHERE n.reopened_from_id = a.id AND NOT n.is_test
                         AND seconds(n.submitted_at) <= b.f
                         AND NOT (n.exclusion IS NOT NULL AND n.exclusion = 'statutory'
                                  AND (n.excluded_at IS NULL OR seconds(n.excluded_at) <= b.f))) THEN 1 ELSE 0 END
FROM second_bounds b, second_appeal a JOIN second_struck_off s ON s.appeal_id = a.id
LEFT JOIN second_lead l ON l.appeal_id = a.id
WHERE s.at >= b.p0 AND s.at < b.p1 AND s.at <= b.f
  AND NOT (s.undone IS NOT NULL AND s.undone < b.p1 AND s.undone <= b.f)
UNION ALL
SELECT 'shelved', COALESCE(l.line, b.office), a.id, a.root,
       CASE WHEN EXISTS (SELECT 1 FROM second_shelved s WHERE s.appeal_id = a.id AND s.until IS NULL) THEN 1 ELSE 0 END
FROM second_bounds b, second_stock a LEFT JOIN second_lead l ON l.appeal_id = a.id
WHERE a.completed IS NULL AND a.id NOT IN (SELECT appeal_id FROM second_exclusion x WHERE x.recorded < b.p1)
  AND a.id NOT IN (SELECT appeal_id FROM second_declined)
UNION ALL
SELECT CASE d.kind WHEN 'accept' THEN 'accepted_on_time' WHEN 'dispatch' THEN 'dispatched_on_time'
                   WHEN 'approve' THEN 'approved_on_time' ELSE 'decided_on_time' END,
       COALESCE(u.name, '委领导'), d.appeal_id, a.root, CASE WHEN d.done <= d.due AND d.done <= b.f THEN 1 ELSE 0 END
FROM second_bounds b, second_duty d JOIN second_appeal a ON a.id = d.appeal_id LEFT JOIN unit u ON u.id = d.holder_id
WHERE d.due >= b.p0 AND d.due < b.p1;

-- -- what is printed -----------------------------------------------------------------------------------------

SELECT line, key, SUM(adds) AS num, COUNT(*) AS den, COUNT(DISTINCT root) AS n FROM second_item GROUP BY line, key
UNION ALL
SELECT '合计', key, SUM(adds), COUNT(*), COUNT(DISTINCT root) FROM second_item GROUP BY key;
