;;; keqi.el --- 客气 with Eglot -*- lexical-binding: t -*-

;;; Commentary:
;; Emacs 29 has Eglot; for 26 to 28 install it from ELPA (Debian: elpa-eglot).
;; 把本文件放进 load-path，在 init.el 里写 (require 'keqi)。
;; 打开草稿后提示自动出现；M-x eglot-code-actions 换说法，M-x keqi-fix-all 全部改好。

;;; Code:

(require 'eglot)

(defgroup keqi nil
  "Politeness of Chinese customer-service replies."
  :group 'tools)

(defcustom keqi-command '("keqi" "lsp")
  "The command that starts the language server; 找不到时写全路径."
  :type '(repeat string))

(defcustom keqi-settings nil
  "Settings for the server, as a plist: (:profile \"hotline\" :locale \"en\")."
  :type '(plist :value-type sexp))

(defun keqi--contact (&rest _)
  "The command and the settings, as Eglot wants them."
  (append keqi-command
          (and keqi-settings (list :initializationOptions keqi-settings))))

;; `text-mode' alone would stand for every mode derived from it, mail and commit messages among them.
(add-to-list 'eglot-server-programs '((text-mode markdown-mode) . keqi--contact))

(defun keqi-start ()
  "Check this buffer, when it shows a draft or a file of replies."
  (when (memq major-mode '(text-mode markdown-mode))
    (eglot-ensure)))

(add-hook 'text-mode-hook #'keqi-start)

(defun keqi-fix-all ()
  "Mend everything that is safe to mend."
  (interactive)
  (eglot-code-actions (point-min) (point-max) "source.fixAll.keqi" t))

(provide 'keqi)
;;; keqi.el ends here
