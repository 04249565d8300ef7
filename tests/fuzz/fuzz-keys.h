/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Private keys in PKCS#8, made for the seeds of fuzz-cms-decrypt and known to everybody: RSA-1024 (short, for speed), P-256, X25519. */
static const char *const fuzz_keys[] = {
  ("MIICdQIBADANBgkqhkiG9w0BAQEFAASCAl8wggJbAgEAAoGBAJPMNGwzrwlW0gNWWkpASq5Di8t7xggmPY+Q8WMsCXiTo9vwBn8c"
   "cOA4jv2ArT/0NT7daVH2NTundmmCUZBRvpU3kHVm/Y1YN4FGDjzPq9C/8s0ZR1vkH4BmOwnem2lGd5yet2se7gSp5vcMepOYF53M"
   "GswqoYYZpfxgALc+x65xAgMBAAECgYBgCf++l88TyIDrfj9ppGFi362FakaCoSa7lbnlcYYt/fIqRsxR6M9IRDhWbjkmJ7A5y3JW"
   "uiBZRTZi1TXfC99E5mk3HMdRqLKENxWzT4H1yjZYD5NBbJJ5aoLkDEy9sEcQeQnytSURxIv0EkZ22ZRNoWITkv8pu2CTK93khsW/"
   "yQJBAMR4wrOyuwUTWT2RvHsq2Mr/FjAQZvLN0nBH40lqLM4n8vzm3yP5degWc1CTZAWfFqobcasebFl3kXJu7zDG7eMCQQDAlBBk"
   "vsQjSiqxTEmq4SSDFXwVkhVF1udKjUpwfoS1W6s37YwR5WElKPZMFqUR7cpRVS2TIPd4fOkp/UMmxKKbAkAuD/Xt9XhdX0Tr53Ae"
   "HFSJezazfBT21gSBaIlEHA13I+yXGHW2VHUtPZ45hOTNYJgKt7Z1nQNgEmVaQ+H2OJ1rAkBe+KYdCPcxcCIdzcGGxAF9o9rNyH01"
   "NAZcfdF4KOzJg6usqTmqmbSO3uSYIZLGhL6B3b/cDyX8BZ33Vy8Gr3KBAkAnGWbC0y9YqohGWSE/hVgcghPwyqF20ZtnE58AcnU2"
   "mSeY4M5QI0mnNxvB/NEerFcg+uWw2576vRSj6Su5yrlX"),
  ("MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgQyRdR1jClxZwgMRmdC3P+TrY6RFw69bkktjsjtc60HGhRANCAARv"
   "D5xWHX97t2Ak2VzCARi/2iKd0jHal0TiqwpIK6g3I/eF5OhidomUTXk0kgbPb7dn7Hyonxn8jfqow3LDeMTm"),
  ("MC4CAQAwBQYDK2VuBCIEIKCyDhAGEWYsSHHXDl61r4e/ulfBauH3A8KYq4/RSD1d"),
};
