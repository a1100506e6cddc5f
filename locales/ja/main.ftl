# The Japanese texts: the same keys as locales/en/main.ftl.
# Terms are those of VMware's Japanese articles. A blank stands between Latin and Japanese letters;
# brackets and colons are half-width. A label is at most 12 columns wide, a Japanese letter takes two.

## Why an issue matches: one phrase each.

evidence-frames = { $wanted } 個のフレームのうち { $found } 個が順序どおり
evidence-exemplar = 記録されたクラッシュの { $wanted } 個のフレームのうち { $found } 個が順序どおり
evidence-some-frames = { $wanted } 個のフレームのうち { $found } 個 (順不同)
evidence-message-decisive = パニック メッセージが決め手
evidence-message = パニック メッセージが合う
evidence-message-other = パニック メッセージが異なる
evidence-source-decisive = { $text } が決め手
evidence-source = { $text }
evidence-source-near = { $text }: 同じファイルの別の行
evidence-source-other = ソース ファイルが異なる: { $text }
evidence-log-decisive = ログ行が決め手
evidence-log = ログ行が合う
evidence-machine-check-decisive = マシン チェックが決め手: { $text }
evidence-machine-check = マシン チェックが合う: { $text }
evidence-kind = パニックの種類は { $text }
evidence-kind-other = パニックの種類が異なる: { $text }
evidence-exception = 例外 { $text }
evidence-exception-other = 例外が異なる: { $text }
evidence-world = ワールドは { $text }
evidence-world-other = ワールドが異なる: { $text }
evidence-module = モジュールは { $text }
evidence-component = { $text } は影響を受けるバージョン
evidence-component-other = { $text } は影響を受けないバージョン
evidence-model = サーバーの機種は { $text }
evidence-model-other = サーバーの機種が異なる: { $text }
evidence-device = PCI デバイス { $text }
evidence-device-other = PCI デバイスが異なる: { $text }
evidence-other-top = 最初に対応するフレームより上の関数が異なる
evidence-other-modules = 関数のモジュールが異なる
evidence-other-story = この問題の関数がクラッシュのバックトレースに 1 つもない
evidence-rival = { $text } にも合う

## How sure a match is, and why an issue is not proven.

certainty-proven = 確定
certainty-likely = 有力
certainty-weak = 根拠は弱い
certainty-unlikely = 可能性は低い
certainty-percent = { $certainty }、{ $percent } %
unproven-no-panic = テキストにパニックがない (ログにはほかの理由でもスタック トレースが残る)
unproven-other-kind = パニックの種類が異なる
unproven-other-modules = 関数のモジュールが異なる
unproven-unsaid-modules = 関数はドライバーのもので、既知の問題の関数がどのモジュールのものかは記録されていない
unproven-other-top = 記録されたクラッシュとは別の関数で失敗している
unproven-other-explains = 別の既知の問題が、これらの関数とその上の関数の両方を説明する
unproven-no-telling-frame = 対応する関数は、別の原因のクラッシュでも通るものだけである
unproven-little-explained = クラッシュのフレームの大半が説明できない
unproven-too-little = 対応するものが少なすぎる
unproven-rival = 別の既知の問題でも同じように説明できる
unproven-outweighed = 反する根拠を上回るだけの根拠がない

## Whether a build has the fix: the reason.

applies-no-release = クラッシュにリリースが表示されていません。--build で指定できます
applies-unlisted = ビルド { $build } はリリース一覧になく、バージョンも示されていません
applies-no-build = 比較するビルドが示されていません。--build で指定できます
applies-outside = ビルド { $build } は影響を受けるビルドの範囲外です
applies-side = ラインの順序の外にあるビルドのため、番号では判定できません
applies-fixed = 修正は { $fix } (ビルド { $build }) に含まれています
applies-before-fix = { $fix } (ビルド { $build }) より古いビルドです
applies-fixed-inferred = 修正は { $fix } に含まれ、{ $line } の最初のリリースはそれより後です (推定)
applies-component = { $component } によります: { $version } から修正されています
applies-covered = { $line } で知られている問題ですが、修正済みのビルドは知られていません
applies-no-lines = 影響を受けるバージョンは知られていません
applies-other-lines = { $line } では知られていない問題です
applies-inside = ビルド { $build } は影響を受けるビルドに含まれます
applies-fix-side = 修正はラインの順序の外にあるビルドに含まれ、後のビルドに含まれるかどうかは示されていません
applies-driver-fixed = ドライバ { $component } { $printed } には、{ $version } の修正が含まれています
applies-driver-older = ドライバ { $component } { $printed } は、修正を含む { $version } より古いバージョンです
applies-driver-other = 影響を受けるのは { $component } { $version } ですが、ホストは { $printed } です
applies-fix-elsewhere = { $line } で知られている問題ですが、修正済みのビルドはほかのラインだけで知られています

## Whether a build has the fix: what must be known beside the reason.

note-has-fix = ホストには修正がすでに含まれているため、別の原因か、問題の再発 (リグレッション) と考えられます
release-side = 古いアップデートのホスト向けに、ラインの順序の外で作られたビルドです。番号からは内容がわかりません
release-hot-patch = 特定のお客様向けのホット パッチで、ラインの順序の外にあります。番号からは内容がわかりません
release-withdrawn = ベンダーが公開を取り下げたビルドです。ラインの後のビルドに更新してください
place-between = ビルド { $build } は一覧になく、{ $below } と { $above } の間にあります。ホット パッチやセキュリティのみのビルドには、前後のビルドの修正が含まれないことがあります
place-after = ビルド { $build } は一覧になく、ラインの一覧で最後の { $below } より後です
place-before = ビルド { $build } は一覧になく、ラインの一覧で最初の { $above } より前です
place-no-line = ビルド { $build } も、そのラインのほかのビルドも一覧にありません
place-any-one-line = ビルド { $build } は一覧になく、バージョンも示されていません。番号では { $below } と { $above } の間です。前後にビルドがあるラインは { $lines } だけなので、そのラインとみなします
place-any-between = ビルド { $build } は一覧になく、バージョンも示されていません。番号では { $below } と { $above } の間ですが、複数のライン ({ $lines }) の番号が混在するため、判定できません
place-any-after = ビルド { $build } は一覧になく、バージョンも示されていません。番号では { $below } より後ですが、複数のラインの番号が混在するため、判定できません
place-any-before = ビルド { $build } は一覧になく、バージョンも示されていません。番号では一覧のどのビルドよりも前です

## Releases in words.

branch-side = ラインの順序の外
branch-hot-patch = ホット パッチ
branch-withdrawn = 公開取り下げ
label-note = 注意
label-fixed-in = 修正ビルド
fixed-inferred = 推定
fixed-in-first = { $own }。すべてのラインで最初の修正版です
fixed-in-both = このラインでは { $own }、すべてのラインで最初の修正版は { $first }
fixed-in-other = このラインの修正版は知られていません。すべてのラインで最初の修正版は { $first }
fixed-in-none = 修正を含むリリースは知られていません

## The report.

standard-input = 標準入力
title-crash = { $path }、{ $line } 行目
build-number = ビルド { $build }
world = ワールド { $world }
decides = スタック トレース「{ $origin }」
dump-started = 開始 (テキストには完了が見えません)
dump-written = 書き込み完了
dump-failed = 書き込み失敗

label-release = リリース
label-panic = パニック
label-kind = 種類
label-meaning = 意味
label-reporter = 報告元
label-culprit = 問題の PCPU
label-top-frame = 先頭の関数
label-decides = 判定の根拠
label-uptime = アップタイム
label-core-dump = コア ダンプ
label-modules = モジュール
label-symbols = シンボル
label-defects = 乱れ
label-limit = 制限
label-why = 理由
label-unproven = 未確定
label-build = このビルド
label-cause = 原因
label-fix = 解決方法
label-action = 最初に
label-caveat = 留意点
label-workaround = 回避策
label-article = 記事
label-copy = 写し
label-page = 他サイト
label-look-for = 目印
label-review = レビュー
label-signature = シグネチャ
label-evidence = 根拠

heading-one-of = 次のいずれか: { $issues }
heading-one-of-percent = 次のいずれか ({ $percent } %): { $issues }
one-of-apart = このクラッシュはどれにも当てはまり、どれであるかは分かりません。画面または vmkernel のログに次のものがあれば区別できます:
one-of-alike = このクラッシュはどれにも当てはまり、シグネチャの条件も同じです。記事を読み比べてください。
verdict-none = 該当なし: このクラッシュに合う既知の問題はありません
heading-match = 一致 ({ $certainty }) { $issue }: { $title }
heading-match-fixed = 一致 ({ $certainty })、ただしこのビルドは修正済み: { $issue }: { $title }
heading-match-not-affected = 一致 ({ $certainty })、ただしこのビルドは対象外: { $issue }: { $title }
heading-possible = 可能性あり ({ $certainty }) { $issue }: { $title }
heading-unlikely = 可能性は低い ({ $percent } %) { $issue }: { $title }
also-possible = または { $issue } ({ $certainty }): { $title }
one-of-them = { $issue } ({ $applies }): { $title }
review-draft = 下書き: 作成中です
review-test = テスト済みで、別の担当者のレビューはまだです
review-reviewed = 別の担当者がレビュー済みです
review-retired = 廃止
causes-shares = { $kind } の原因となる既知の問題は { $known } 件あります。それらを示す根拠に占める割合: { $shares }
causes-none = { $kind } の原因となる既知の問題は { $known } 件ありますが、このクラッシュにはそのどれかを示すものがありません。
more-matches = 確度のより低い候補がほかに { $count } 件あります。--why で表示します
heading-guidance = 一般的な助言
heading-guidance-kind = { $kind } についての一般的な助言
heading-next = 次に行うこと
heading-leads = 手がかり: 同じ名前を挙げている記事。詳細は不明です (一致ではありません)
lead = { $number } に { $named } があります: { $title }
lead-lines = { "" }。対象は { $lines }
lead-fixed = { "" }。修正は { $fixed }
heading-then = 次の手順
more-guidance = { $kind } についての一般的な助言は psod-match -v で表示します。
rest = psod-match -v では次も表示します: { $parts }
rest-between = { "、" }
rest-cause = 原因
rest-shares = 原因の割合
rest-advice = 一般的な助言
rest-leads = 手がかり
rest-other-issues = ほかの問題
rest-other-machine-checks = ほかのマシン チェック
rest-whole-caveat = 留意点の続き
rest-top-frame = 先頭の関数
rest-last-steps = 以降の手順
rest-reasons = 理由
rest-articles = 記事
rest-screen = 画面
draft-fits = 下書きの { $issues } が合います。--drafts で下書きも照合します。

## The overview of several crashes.

overview-totals = クラッシュ { $crashes } 件: 一致 { $matches } 件、可能性あり { $possible } 件、該当なし { $unknown } 件
overview-more = -v でそれぞれの回答を表示します。ファイルを 1 つだけ指定しても表示されます。
overview-crash = クラッシュ
overview-kind = 種別
overview-verdict = 判定
overview-issue = 問題
overview-build = 影響
overview-affected = あり
overview-fixed = 修正済み
overview-not-affected = なし
overview-unknown = ?
overview-action = 対処
overview-match = 一致
overview-possible = 可能性あり
overview-none = 該当なし
overview-compare = 記事と比較
overview-other-cause = 別の原因を探す
overview-no-fix = 修正なし
overview-see-fix = 修正を参照
no-crash-in = { $all } 個のうち { $without } 個のファイルにはパープル スクリーンがありません。-v で一覧を表示します
interrupted = 中断されました: { $all } 個のうち { $read } 個の入力を最後まで読み取りました。それまでに見つかったものは出力済みです
no-crash-at-all = { $all } 個のファイルのどれにもパープル スクリーンがありません。-v で一覧を表示します
no-file = { $path }: ディレクトリにファイルがありません

applies-word-affected = 影響を受けます
applies-word-fixed = 修正済み
applies-word-not-affected = 影響を受けません
applies-word-unknown = 不明

fix-component = { $name } { $version }
fix-first = 最初の修正版: { $fixes }。

limit-region-lines = クラッシュの行数が読み取りの上限を超えたため、残りを省きました
limit-region-bytes = クラッシュのバイト数が読み取りの上限を超えたため、残りを省きました
limit-line-bytes = 一度に読み取れる長さを超える行を、複数の行として読み取りました
limit-tolerant-bytes = テキストが大きいため、決まった文字列だけを目印に検索しました。目印がすべて損なわれたクラッシュは見つかりません
limit-frames = スタック トレースのフレームが保持の上限を超えたため、中間を省きました
limit-name-bytes = 保持の上限より長い名前を切り詰めました
limit-message-bytes = パニック メッセージが保持の上限より長いため、切り詰めました
limit-machine-checks = マシン チェックの行が保持の上限を超えたため、残りを省きました
limit-defects = 乱れの数が表示の上限を超えています
limit-crashes = 入力に含まれるクラッシュが読み取りの上限を超えたため、このクラッシュの後で読み取りを終えました
limit-frames-compared = スタック トレースのフレームが比較の上限を超えています

nothing-found = { $path }: { $lines } 行を調べましたが、パープル スクリーンは見つかりませんでした。パニック メッセージ、スタック トレース、または VMware ESXi 7.0.3 [Releasebuild-20842708 x86_64] のようなヘッダーが必要です
nothing-found-in-texts = { $path }: { $texts } 個のテキスト ({ $lines } 行) を調べましたが、パープル スクリーンは見つかりませんでした
only-literal-anchors = 。大きいため、決まった文字列だけを目印に検索しました。--limit tolerant-bytes=100G を付けるとすべての行を調べます

## What was read, as `psod-match parse` prints it.

firmware = BIOS { $version }
label-model = サーバ
label-fingerprint = 指紋
label-registers = レジスタ
label-processor = プロセッサ
label-worlds = ワールド
label-states = 状態
label-nmi = NMI
label-devices = デバイス
label-code-start = コード開始
label-tsc = TSC
heading-backtrace = 報告元の PCPU のスタック トレース
heading-backtrace-of = スタック トレース: { $origin }
heading-backtrace-decides = スタック トレース: { $origin } (判定の根拠)
heading-machine-checks = マシン チェック
heading-log-lines = ログ行
heading-defects = テキストの乱れ
defect-line = { $line } 行目:

defect-masked-digits = 数字が伏せられています
defect-obfuscated-name = 名前がメール アドレスとして隠され、失われています
defect-blank-in-name = 名前の中の空白を取り除きました
defect-odd-name = 関数名に使われない文字を含む名前を省きました
defect-repeated-line = 同じ行が 2 回あります
defect-glued-lines = つながっていた行を分けました
defect-wrapped-line = 途中で折れた行をつなぎました
defect-overwritten-line = 復帰文字によって、行の末尾が先頭に上書きされていました
defect-quoted-line = 行頭の引用記号を取り除きました
defect-markup = HTML または Markdown のエスケープを取り除きました
defect-terminal-codes = 端末の制御コードを取り除きました
defect-confused-characters = 似た文字の取り違えを直しました
defect-interleaved-lines = 別の PCPU のフレームが間に入っています
defect-panic-in-panic = 最初のクラッシュが終わる前に、2 つ目のパニック メッセージがあります
defect-release-of-bundle = クラッシュに表示がないため、リリースはバンドルのものです
defect-release-given = クラッシュに表示がないため、リリースは --build で指定されたものです
defect-release-contradiction = リリース一覧では、このビルドは別のバージョンのものです
defect-offset-beyond-function = オフセットが関数の終わりを越えている。呼び出しではなく、最も近い名前が表示されている
defect-name-not-in-module = モジュールにこの名前の関数はない
defect-module-in-two-places = モジュールの位置についてフレームが一致しないため、名前のないフレームには名前を付けない
defect-release-inferred = リリースは関数の位置から推定したもの。クラッシュには表示されていない
defect-invalid-text = UTF-8 ではないバイトを Latin-1 として読み取りました
defect-no-panic-message = パニック メッセージがありません
defect-no-backtrace = スタック トレースがありません
defect-no-release = ヘッダー行がありません

## What to do when nothing is proven.

next-one-of = { $issues } のどれであるかを確かめます。画面と vmkernel のログで { $texts } を探してください。
next-one-of-alike = { $issues } のどれであるかを、記事を読み比べて確かめます。
next-search = knowledge.broadcom.com で { $searches } を検索します。
next-hardware = クラッシュ前後の時刻についてハードウェア自体のログ (iLO、iDRAC、XCC、IPMI SEL) を確認し、サーバ ベンダーにホストの診断を依頼します。
next-collect = 画面の写真を撮り、コア ダンプが完了するまで待ちます。起動後に `vm-support` を実行し (VMware 2038891)、/var/core で `vmkdump_extract -l vmkernel-zdump.1` を実行してログを抽出します。
next-collect-screen = 画面全体の写真を撮ります。起動のこの段階では、コア ダンプは書き込まれません。
next-request = サポート リクエストを発行します。`psod-match request FILE` がその文面を書き出します。

## The commands about the knowledge base.

label-status = 状態
label-affected = 影響対象
label-crash = クラッシュ
build-in-memory = メモリ: 書き込めるキャッシュ ディレクトリがありません
build-fresh = { $issues } 件の問題を { $place } にコンパイルしました (kb { $digest })
build-present = { $issues } 件の問題は { $place } にコンパイル済みです (kb { $digest })
own-init = { $path } にナレッジ ベースのひな形を書き込みました。次の手順は README.md にあります
own-new = { $issue } と { $crash } を書き込みました。次は psod-match --kb { $kb } kb lint を実行してください
own-tells-nothing = このクラッシュには、ほかと区別できるものがありません。メッセージ、ログの行、または関数を追加してください
eval-explanation = 各欄は、最初の答えがその確度に達したクラッシュの数と、その条件でのクラッシュの総数です。own と left out は正しい答えなので高いほどよく、taken out、near、unknown はしきい値 (*) から先で 0 でなければなりません。

# Why an issue fits, and why not.
label-place = 順位
label-excluded = 除外の理由
label-absent = 表示なし
why-place = 検索結果の { $place } 番目
why-excluded = なし: 除外する条件がある
why-not-found = なし: 共通点が少なく検索では見つからない
why-of-crash = クラッシュのフレーム
why-of-signature = シグネチャ { $signature } のフレーム
why-more-rows = ほかに { $count } 行
condition-message = パニック メッセージ: { $text }
condition-source = ソース ファイル: { $text }
condition-log = ログ行: { $text }
condition-machine-check = マシン チェック: { $text }
condition-panic-kind = パニックの種類: { $text }
condition-exception = 例外: { $text }
condition-world = ワールド: { $text }
condition-module = モジュール: { $text }
condition-component = バージョン: { $text }
condition-model = サーバーの機種: { $text }
condition-device = PCI デバイス: { $text }
condition-frames = バックトレースの関数: { $text }
condition-forbidden = 関数: { $text }
eval-forms = 件数と割合の 95 % 区間 (Wilson、既知の問題単位: 同じ問題のクラッシュは互いに独立ではありません)。形式は docs/damage.md に説明があります。
eval-calibrate = 既知の問題とそれ以外のクラッシュ { $clusters } 群に対する { $observations } 件の回答。各クラッシュを、その問題がある場合とない場合で 1 回ずつ測り、重みは半々です。較正の方法は docs/matching.md にあります。
eval-calibrate-reliability = 確信度の信頼性 (どの問題にも、ほかの問題に合わせた係数で答えています):
eval-calibrate-loss = 確信度の平均誤差 (小さいほどよく、較正後は較正に使っていない問題で測っています):
eval-forms-enough = 固有のフレームが 3 つ以上あり、その問題が登録されているクラッシュ:
eval-forms-few = 固有のフレームが 3 つ未満で、その問題が登録されているクラッシュ:
eval-forms-left-out = 固有のフレームが 3 つ以上あり、その問題の別のクラッシュだけが登録されているクラッシュ:
eval-forms-silent = 一致してはならないのに一致とされたもの:
eval-forms-cases = 確実で正しい一致にならなかったもの、および誤った問題との一致 (own: 正しい問題の確度、frames: テキストに残る固有フレームのうち読み取れた数):
eval-change = 架空の問題を { $added } 件追加し、{ $cases } 件を比較しました
    前後の一方だけで一致: { $verdicts }
    正しい問題が先頭: 追加前 { $before }、追加後 { $after }
    誤った問題との一致: 追加前 { $wrong_before }、追加後 { $wrong_after }
eval-set = { $lines } 行から重複を除いたバックトレース { $traces } 件、ラベル { $labels } 種。同じラベルの別のバックトレースがある { $queries } 件が質問で、互いに独立なラベル群 { $families } 個に分かれます。ラベルに 1 件しかないものは { $singles } 件、複数のラベルをもつものは { $ambiguous } 件です。シード { $seed }。
eval-ranking = 正しいラベルは何番目に来るか。各質問をほかのすべてのバックトレースと比べます。角括弧内はラベル群ごとに引き直した 95 % 区間です。パラメーターはラベルのもう半分で選び、半分への分け方を { $deals } 通り試した平均です。
eval-separation = 最良のスコアから、ラベルが既知かどうか分かるか。ROC 曲線の下の面積で、0.5 は偶然と同じです。taken out は各質問でラベルがある場合とない場合、singles は質問とラベルに 1 件しかないバックトレースの比較です。
eval-differences = 同じ引き直しでの、ours から各手法を引いた差。0 を含まない区間は差があることを示します。
eval-chosen = 最も多く選ばれたパラメーターと、それが選ばれたラベルの半分の数。
