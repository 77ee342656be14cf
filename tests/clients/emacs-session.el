;;; emacs-session.el --- One session, watched -*- lexical-binding: t -*-
;; Runs in Emacs: writes what is seen before and after a code action and after `keqi-fix-all' to seen.json.

(require 'flymake)
(require 'json)
(setq eglot-sync-connect 60
      eglot-confirm-server-initiated-edits nil)

(defun session-found ()
  "Where the findings are, as pairs of positions."
  (apply #'vector
         (mapcar (lambda (d) (vector (flymake-diagnostic-beg d) (flymake-diagnostic-end d)))
                 (flymake-diagnostics))))

(defun session-wait (count)
  "Wait until there are COUNT findings."
  (let ((deadline (+ (float-time) 60)))
    (while (and (< (float-time) deadline) (/= count (length (flymake-diagnostics))))
      (accept-process-output nil 0.05))))

(setq last-nonmenu-event ?x) ; as if from the keyboard: menus are asked for by text
(find-file "draft.txt")
(run-hooks 'post-command-hook) ; `eglot-ensure' waits for the end of a command, and batch mode has none
(let (seen)
  (session-wait 2)
  (push (cons 'before (session-found)) seen)
  (goto-char (apply #'min (mapcar #'flymake-diagnostic-beg (flymake-diagnostics))))
  (cl-letf (((symbol-function 'completing-read) (lambda (_ collection &rest _) (caar collection)))
            ((symbol-function 'read-multiple-choice) (lambda (_ choices &rest _) (car choices))))
    (call-interactively #'eglot-code-actions))
  (push (cons 'text (buffer-string)) seen)
  (session-wait 1)
  (push (cons 'after (session-found)) seen)
  (keqi-fix-all)
  (session-wait 0)
  (push (cons 'mended (buffer-string)) seen)
  (with-temp-file "seen.json"
    (set-buffer-file-coding-system 'utf-8)
    (insert (json-encode seen))))
(kill-emacs 0)
