package dev.valora.billing.document;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/** The style of a printable page, and the policy that allows this style and nothing else. */
final class PageStyle {

    static final String CSS = """
            *{box-sizing:border-box}
            html{-webkit-text-size-adjust:100%}
            body{margin:0;background:#eef0f3;color:#1b2230;font:14px/1.5 "Helvetica Neue",Helvetica,Arial,"Liberation Sans",sans-serif}
            main{max-width:794px;margin:24px auto;padding:56px 60px;background:#fff}
            h1,h2,p,dl,dd,address{margin:0;font-style:normal;font-weight:400}
            h1{font-size:28px;line-height:1.2;font-weight:700}
            h2,thead th,dt{font-size:11px;letter-spacing:.06em;text-transform:uppercase;color:#5d6675;font-weight:600}
            .name{font-weight:700}
            .name,address,.wraps{overflow-wrap:anywhere}
            address{white-space:pre-line}
            .muted{color:#5d6675}
            .small{font-size:12px}
            .top,.facts{display:grid;grid-template-columns:minmax(0,1fr) minmax(0,1fr);gap:32px}
            .top{padding-bottom:28px;border-bottom:2px solid #1b2230}
            .top .number{font-size:16px}
            .facts{padding:28px 0 32px}
            dl{display:grid;grid-template-columns:max-content minmax(0,1fr);gap:2px 20px;align-items:baseline;align-content:start}
            dd{text-align:right;font-variant-numeric:tabular-nums}
            table{border-collapse:collapse}
            th,td{padding:0}
            .lines{width:100%}
            .lines>thead th{text-align:left;padding:0 0 6px;border-bottom:1px solid #1b2230;vertical-align:bottom}
            .lines>thead th+th,.lines>tbody>.line>td+td{padding-left:16px}
            .lines>tbody>.line>td{padding-top:10px;vertical-align:top}
            .lines>tbody{border-bottom:1px solid #d9dde4}
            .lines>tbody>tr:last-child>td{padding-bottom:10px}
            .what{overflow-wrap:anywhere}
            .days{white-space:nowrap;font-variant-numeric:tabular-nums}
            .figure,.lines>thead .figure{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}
            .steps table{font-size:12px;line-height:1.45;color:#5d6675;margin-top:4px}
            .steps th{font-weight:400;text-align:left;padding:0 18px 0 12px;white-space:nowrap}
            .steps td{padding:0 0 0 7px}
            .lines>tbody>.group>th{padding:22px 0 6px;text-align:left;font-size:11px;letter-spacing:.06em;text-transform:uppercase;color:#5d6675;font-weight:600}
            .notice{margin:0 0 28px;padding:10px 14px;border:2px solid #a3161f;color:#a3161f;font-weight:700}
            .totals{margin:12px 0 0 auto;min-width:50%}
            .totals th{text-align:left;font-weight:400;padding:4px 24px 4px 0}
            .totals td{padding:4px 0}
            .totals .total>*{border-top:2px solid #1b2230;font-size:18px;font-weight:700;padding-top:8px}
            .totals .due>*{padding-top:2px;color:#5d6675}
            .status{font-weight:700}
            .status.void{color:#a3161f}
            footer{margin-top:48px;padding-top:12px;border-top:1px solid #d9dde4;font-size:10.5px;line-height:1.6;color:#5d6675}
            footer .hash{font-family:ui-monospace,"Liberation Mono",monospace;overflow-wrap:anywhere}
            @media screen and (max-width:640px){
            main{margin:0;padding:24px 18px}
            .top,.facts{grid-template-columns:minmax(0,1fr);gap:20px}
            .lines,.lines>tbody{display:block}
            .lines>thead{position:absolute;clip-path:inset(50%);width:1px;height:1px;overflow:hidden}
            .lines>tbody{border-top:1px solid #d9dde4;border-bottom:0}
            .lines>tbody>.line{display:grid;grid-template-columns:minmax(0,1fr) auto;gap:0 16px;padding:10px 0}
            .lines>tbody>.line>td,.lines>tbody>.line>td+td,.lines>tbody>tr:last-child>td{padding:0}
            .group,.group>th{display:block}
            .line .what{grid-column:1;grid-row:1}
            .line .charge{grid-column:2;grid-row:1;font-weight:700}
            .line .days,.line .count{grid-column:1/-1;text-align:left;font-size:12px;color:#5d6675;white-space:normal}
            .line .days::before{content:"Service period: "}
            .line .count:not(:empty)::before{content:"Quantity: "}
            .steps{display:block;padding-bottom:10px}
            .steps>td,.steps table,.steps tbody{display:block}
            .steps table{margin:0}
            .steps table tr{display:block;padding-left:12px;text-indent:-12px;margin-left:12px}
            .steps th,.steps td{display:inline;padding:0;white-space:normal}
            .steps th::after{content:": "}
            .totals{width:100%}
            }
            @media print{
            body{background:#fff;font-size:10.5pt}
            main{max-width:none;margin:0;padding:0}
            thead{display:table-header-group}
            tr,.totals,footer,.facts{break-inside:avoid}
            .group,.line:has(+.steps){break-after:avoid}
            .steps,.steps table{break-inside:auto}
            }
            @page{size:A4;margin:18mm 16mm 20mm;@bottom-right{content:counter(page) " / " counter(pages);font:9pt Helvetica,Arial,sans-serif;color:#5d6675}}
            """;

    /** Nothing may be loaded, run, sent or framed; of styles only this one counts. */
    static final String POLICY = "default-src 'none'; style-src 'sha256-" + sha256(CSS)
            + "'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private PageStyle() {}

    private static String sha256(String text) {
        try {
            return Base64.getEncoder()
                    .encodeToString(MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8)));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java platform has SHA-256", impossible);
        }
    }
}
