# 記録されたクラッシュ: `psod-match record` と `psod-match ledger`

ledger-new = クラッシュ { $id } を記録しました: { $place }: { $answer }
ledger-known = クラッシュ { $id } はすでに記録されています: { $place }: { $answer }
ledger-listed = 記録されたクラッシュ { $all } 件のうち { $shown } 件
ledger-listed-more = 記録済みクラッシュ { $all } 件のうち { $shown } 件。残り { $more } 件を表示するには --most { $all } または --most all
ledger-no-crash = 台帳にクラッシュ { $id } はありません
ledger-no-cluster = 台帳にまとまり C-{ $id } はありません
ledger-no-answer = 未照会
ledger-decided = クラッシュ { $id }: 決定 { $decision } を記録しました。`psod-match ledger undo { $decision }` で取り消せます
ledger-one-backtrace = クラッシュ { $crash } と { $other } はバックトレースが同じなので、同じまとまりのままです。決定は保存しました
ledger-no-backtrace = クラッシュ { $crash } または { $other } には比較できるフレームがありません。このようなクラッシュはメッセージでまとめられ、この決定では変わりません。決定は保存しました
ledger-undone = クラッシュ { $id }: 決定 { $decision } を取り消しました
ledger-removed = クラッシュ { $id } を取り除きました
ledger-exported = { $path }: クラッシュ { $count } 件
ledger-imported = 新しいクラッシュ { $new } 件と決定 { $decisions } 件を取り込みました。{ $known } 件は記録済みでした
ledger-backup = { $path }: 現在の台帳の写し
ledger-restored = { $path }: バックアップを戻しました
ledger-restored-kept = { $path }: バックアップを戻しました。元の台帳は { $kept } にあります
ledger-changed = クラッシュ { $id }: 以前は{ $before }、現在は{ $after }
ledger-rematched = 回答が変わったもの: { $count } 件
ledger-whole = { $path }: 損傷はありません
ledger-title = クラッシュ { $id }
ledger-cluster = まとまり { $name }
heading-moves = 出入りの記録
ledger-redacted = 保存の前に仮名に置き換えられました
ledger-not-redacted = 画面に表示されたとおり

ledger-verdict-match = 一致
ledger-verdict-possible = 可能性あり
ledger-verdict-none = 該当なし

ledger-decision-issue = { $value } である
ledger-decision-none = 既知の問題ではない
ledger-decision-new = 新しい問題
ledger-decision-same-as = { $value } と同じ
ledger-decision-not-same-as = { $value } とは別
ledger-decision-undo = { $value } の取り消し

ledger-column-id = 番号
ledger-column-seen = 発生日
ledger-column-host = ホスト
ledger-column-build = ビルド
ledger-column-kind = 種類
ledger-column-answer = 回答
ledger-column-decision = 決定

label-recorded = 記録日時
label-day = 発生日
label-host = ホスト
label-case = ケース
label-file = ファイル
label-names = 名前

heading-answers = 回答
heading-decisions = 決定

similar-none = 似た記録はないか、比較できる情報が足りません
similar-heading = 類似度 { $similarity }: クラッシュ { $crashes }、クラスタ { $cluster }
