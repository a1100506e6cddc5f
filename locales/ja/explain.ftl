# `psod-match explain` と `psod-match request` の文章。main.ftl を参照。

## 画面の各部分の見出し

section-release = 製品とビルド
section-message = エラー メッセージ
section-registers = CPU レジスタ
section-worlds = 物理 CPU とワールド
section-stack = スタック トレース
section-uptime = アップタイム
section-machine-check = マシン チェック
section-core-dump = コア ダンプ
section-log = ログの行
explain-title = パープル スクリーンの読み方 (部分ごと)
explain-about-screen = 色は画面の各部分を示し、下で順に説明します。順序はベンダーの記事 343033 (1004250、日本語版 343024) に従います。

## 製品とビルド

explain-release-known = これは { $name }、ビルド { $build } で、{ $date } にリリースされました。
explain-release-undated = これは { $name }、ビルド { $build } です。
explain-release-unlisted = ビルド { $build } はリリース一覧にありません。ホット パッチか、一覧より古い、または新しいビルドの可能性があります。
explain-release-no-build = ビルドを読み取れないため、修正の有無は判断できません。
explain-release-none = テキストに製品名がありません。ホストで `vmware -vl` を実行すると確認できます。
explain-release-age = クラッシュの時点 ({ $day }) で、このビルドはリリースから { $days } 日経過していました。
explain-release-kernel = VMkernel はホストのカーネルで、リソースのスケジュールと入出力を行います。ドライバは VMkernel とデバイスの間に位置します。
explain-release-of-bundle = リリースはサポート バンドルのもので、ホストが現在実行しているものです。

## エラー メッセージ

explain-message-none = テキストにエラー メッセージがありません。製品名のすぐ下の行です。
explain-kind = 種別は { $kind } です。
explain-likely = 可能性の高い原因側: { $side }
explain-world-in-message = ワールド { $world } が示されています。発生時に実行されていたものです。
explain-culprits = { $pcpus } が示されています。画面を出力した PCPU ではなく、そこで実行されていたものを調べてください。

explain-console = サービス コンソールの Linux カーネルが { $place } で停止しました。プロセスは { $process }、tainted は { $tainted } です (P はオープン ソースではないモジュール)。

## レジスタ

explain-registers-none = テキストにレジスタがありません。
explain-registers-captured = クラッシュ時点のプロセッサの値が { $count } 個あります。値はクラッシュごとに異なり、活用するにはコア ダンプが必要です。
explain-registers-not-captured = { $names } はすべてのビットが 1 です (err は -1)。値ではなく「取得されなかった」ことを意味します。
explain-registers-null = アドレス { $address } は 0 に近く、何も指していないポインタ (NULL ポインタ) を使用したことを示します。
explain-registers-address = アクセスできなかったアドレスは { $address } です。
explain-registers-err = err={ $value }: { $bits }
explain-registers-stale = cr2 と err を設定するのはページ違反です。この種別では以前の値が残っているだけで、意味はありません。
explain-registers-ptes = PTEs は、アドレスに至るページ テーブルのエントリを最上位から順に並べたものです。0x0 または最下位ビットが 0 のエントリで途切れています。

## PCPU とワールド

explain-reporter = { $pcpu } が画面を出力しました。その上では{ $world } が実行されていました。
explain-reporter-no-world = { $pcpu } が画面を出力しました。
explain-reporter-none = どの PCPU が画面を出力したかは、テキストからは分かりません。
explain-culprit = メッセージは { $pcpu } を原因として示しています。
explain-culprit-world = メッセージは { $pcpu } を原因として示しています。その上では{ $world } が実行されていました。
explain-worlds-listed = { $count } 個の PCPU がワールドとともに表示されています。ESX はワールド名を途中で切り詰めます。vmm0: や mks: の後は仮想マシンの名前です。
explain-states = PCPU 0 から順に 1 文字ずつ、{ $count } 文字あります: { $counts }。文字の意味は記事に記載されていません。

## スタック トレース

explain-stack-none = テキストにスタック トレースがありません。診断の鍵となる部分です。コア ダンプからログを抽出してください。
explain-stack-read = 上から読みます。各行は、その下の行から呼び出されています。
explain-stack-machinery = { $names }: パニック処理、割り込み、ワールドの開始です。ほぼすべてのスタック トレースに現れ、手がかりにはなりません。
explain-stack-story = VMkernel が行っていた処理: { $names }
explain-stack-no-story = 定型の処理だけが表示されています。
explain-stack-noise = どの関数にも属さないアドレスで、呼び出しではない行: { $count } 行
explain-stack-decides = 「{ $origin }」のスタック トレースで判断します。メッセージが原因として示す PCPU のものです。
explain-stack-others = その他のスタック トレース: { $origins }
explain-owner-vmkernel = { $module }: VMkernel 本体
explain-owner-inbox = { $module }: ESXi に同梱 ({ $title })
explain-owner-partner = { $module }: パートナー製 ({ $title })。提供元に問い合わせてください。
explain-owner-unknown = { $module }: 提供元は不明です。

## アップタイム

explain-uptime = ホストは起動から { $duration } 動作していました。
explain-uptime-none = テキストにアップタイムがないか、数字が伏せられています。
explain-tsc = サイクル カウンタ (TSC) は { $tsc } で、この時間での平均は { $gigahertz } GHz です。
explain-code-start = VMkernel のコードは { $address } から始まり、フレームのアドレスはここから数えます。

## マシン チェック

explain-machine-check = ハードウェアが { $count } 個のバンクを報告しました。ハードウェア ベンダーに問い合わせてください。

## コア ダンプ

explain-dump-written = コア ダンプは書き込まれました。
explain-dump-started = コア ダンプが開始されましたが、テキストには終わりがありません。「Disk dump successful」が表示されるまで、ホストを再起動しないでください。
explain-dump-failed = コア ダンプを書き込めませんでした。ダンプ パーティション、ダンプ ファイル、またはネットワーク ダンプ コレクタを構成してください。構成しなければ、次のクラッシュでも何も残りません。
explain-dump-none = テキストにコア ダンプについての記載がありません。
explain-dump-fetch-esx = 取得方法: `esxcfg-dumppart -l` でパーティションを確認し、`vmkdump -d DEVICE` でダンプをコピーし、`vmkdump -l vmkernel-zdump-FILE` でログを抽出します。
explain-dump-fetch-esxi = 取得方法: 再起動後に /var/core に保存されています。`vmkdump_extract -l vmkernel-zdump.1` で vmkernel-log.1 を抽出します。

## 次の手順

next-proven-fix = { $fix }
next-proven-has-fix = このビルドには { $issue } の修正がすでに含まれています。別の原因か、問題の再発が考えられます。スタック トレースを記事と比較し、サポート リクエストを発行してください。
next-proven-workaround = それまでの回避策: { $workaround }
next-proven-workaround-only = { $issue } の修正は知られていません。次の回避策を使ってください: { $workaround }
next-proven-no-fix = { $issue } の修正も回避策も知られていません。記事に追記がないかを確認し、サポート リクエストに記事の番号を書いてください。
next-proven-not-affected = { $issue } はこのビルドに影響することが知られていません。別の原因が考えられます。記載の手順を行う前に、スタック トレースを出典と比較してください。
next-version-driver = インストールされているバージョンを確認します: `esxcli software vib list | grep -i { $name }` (ロード中のもの: `vmkload_mod -s { $name }`)。修正は { $version } にあります。
next-version-firmware = ファームウェアのバージョンを確認します。ネットワーク アダプタは `esxcli network nic get -n vmnicN`、ストレージ アダプタは `/usr/lib/vmware/vmkmgmt_keyval/vmkmgmt_keyval -a`、BMC (iLO、iDRAC、XCC) と BIOS は BMC の画面で分かります。修正は { $name } { $version } にあります。
next-version-plugin = インストールされているバージョンを `esxcli software vib list` で確認します。修正は { $name } { $version } にあります。
next-deliberate = 修理は不要です。このパニックは誰かが意図的に起こしたものです。コンソールの操作やスクリプト、コア ダンプの試験、管理プロセッサからの NMI のどれかを、誰が何のために行ったかを確認してください。
next-secure-boot = ファームウェアの日付と時刻を直して起動し直します。直らない場合は、セキュア ブートを無効にして一度起動し、`/usr/lib/vmware/secureboot/bin/secureBoot.py -c` で有効な署名のないパッケージを調べます。それを削除または交換してから、セキュア ブートを再び有効にしてください。
next-security-violation = 起動の前に変わったもの (TPM、BIOS、起動順序、セキュア ブート、システム ボード) を調べて元に戻します。または Shift+O を押し、`encryptionRecoveryKey=KEY` (`esxcli system settings encryption recovery list` で控えたキー) を加えて起動してください。
next-hardware-mismatch = すべてのプロセッサのモデル、ステッピング、マイクロコードと、BIOS が一部のコアで無効にしている機能を比べてください。2 種類のコアを持つプロセッサでは、起動オプション `cpuUniformityHardCheckPanic=FALSE` (起動時に Shift+O) で検査を通過できますが、そのようなホストはベンダーのサポート対象外です。
next-driver = ホストで `esxcli software vib list | grep -i { $package }` を実行してください。このドライバのバージョンで、該当する記事が決まります。`--driver { $module }=VERSION` で指定できます。

## サポート リクエスト

request-title = サポート リクエスト: パープル スクリーン
request-summary = 概要
request-summary-release = 製品: { $release }
request-summary-message = パニック メッセージ: { $message }
request-summary-uptime = クラッシュ時のアップタイム: { $uptime }
request-summary-dump = コア ダンプ: { $dump }
request-screen = 読み取った画面
request-found = 分かったこと
request-found-one-of = { $issues } のいずれか。どれであるかは、このクラッシュからは分かりません。
request-found-none = このクラッシュに該当する既知の問題は見つかりませんでした。
request-found-match = { $issue } ({ $certainty }): { $title }。{ $evidence }。このビルド: { $reason }。
request-found-possible = { $issue } ({ $certainty }): { $title }。{ $evidence }。未確定: { $unproven }。このビルド: { $reason }。
request-ruled-out = 除外したもの
request-ruled-out-none = 除外を検討するほど近いものはありませんでした。
request-ruled-out-issue = { $issue }: { $title }。{ $evidence }。
request-odd = テキストの読み取り
request-odd-clean = テキストに不審な点はありませんでした。
request-attach = 添付資料
request-attach-picture = 画面の写真
request-attach-bundle = vm-support バンドル (ホストで `vm-support` を実行。VMware 2038891)
request-attach-dump = /var/core のコア ダンプ、または抽出したログ
request-attach-hardware = クラッシュ前後の管理プロセッサ (iLO、iDRAC、XCC) のログ
request-questions = ご記入ください
request-question-when = いつ発生しましたか。以前にも発生しましたか。何台のホストで発生しましたか。
request-question-change = 発生前に、更新、ドライバ、ファームウェア、ハードウェア、負荷に変更はありましたか。
request-question-impact = 業務への影響はどの程度ですか。
request-redacted = 取り除いたもの
request-redacted-found = 仮名に置き換えたもの (種類ごとの異なる文字列の数): { $counts }
request-redacted-others = 探したが見つからなかったもの: { $classes }
request-redacted-look = 送信する前にもう一度読んでください。日常語やログの語と同じ名前、画面の行の中にある名前、見出しのない番号、添付するファイルの内容は、確実には見つけられません。
request-redacted-site = 同じ文字列は、このサイトのどのテキストでも同じ仮名になります。データ ディレクトリの秘密 (site-secret.key) を持つ人は仮名の元を推測して確かめられるため、外に出さないでください。
request-redacted-run = 仮名の秘密をデータ ディレクトリに保存できなかったため、同じ文字列が同じ仮名になるのは今回の実行の中だけです。

## `request` が取り除くものの種類

redacted-vm = 仮想マシン名
redacted-host = ホスト
redacted-domain = ドメイン
redacted-ip = IP アドレス
redacted-mac = MAC アドレス
redacted-wwn = WWN
redacted-disk = ディスクとストレージ ターゲット
redacted-uuid = UUID
redacted-mail = メール アドレス
redacted-user = アカウント
redacted-secret = パスワードと鍵
redacted-licence = ライセンス キー
redacted-serial = シリアル番号とタグ
redacted-datastore = データストア
redacted-path = パス
redacted-name = クラスタ、ネットワークなどの名前
redacted-word = 公開の語彙にない語
